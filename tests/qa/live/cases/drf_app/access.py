"""Views that need a credential, or are never free."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, permissions, serializers
from rest_framework.authentication import BasicAuthentication, TokenAuthentication
from rest_framework.response import Response
from rest_framework.views import APIView


class NameSerializer(serializers.Serializer):
    name = serializers.CharField()


class User:
    is_authenticated = True

    def __init__(self, name):
        self.username = name


class Token(TokenAuthentication):
    def authenticate_credentials(self, key):
        if key != "secret":
            raise exceptions.AuthenticationFailed("Invalid token.")
        return User("token"), key


class Basic(BasicAuthentication):
    def authenticate_credentials(self, userid, password, request=None):
        return User(f"{userid} {password}"), None


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = Token
    name = "tokenAuth"

    def get_security_definition(self, auto_schema):
        return {"type": "apiKey", "in": "header", "name": "Authorization"}


class BasicScheme(TokenScheme):
    target_class = Basic
    name = "basicAuth"

    def get_security_definition(self, auto_schema):
        return {"type": "http", "scheme": "basic"}


class MeView(APIView):
    authentication_classes = (Token, Basic)
    permission_classes = (permissions.IsAuthenticated,)

    @extend_schema(responses=NameSerializer)
    def get(self, request):
        return Response({"name": request.user.username})
