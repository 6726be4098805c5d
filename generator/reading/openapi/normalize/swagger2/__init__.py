"""Swagger 2.0: its parameters, bodies, responses, servers and security as OpenAPI 3 has them."""
