"""The request and the response of every call that is measured."""

from __future__ import annotations

import json
from typing import Any

ACCOUNT = "549755885175"
TOKEN = "test-token"
BASE_URL = "https://api.pinterest.com/v5"

REQUEST: dict[str, Any] = {
    "ad_account_id": ACCOUNT,
    "audience_type": "VISITOR",
    "name": "Lamp and bulb buyers",
    "description": "Everyone who bought one this spring",
    "rule": {
        "visitor_source_id": "2614009876543",
        "retention_days": 180,
        "event": "checkout",
        "event_data": {
            "currency": "EUR",
            "value": "74.50",
            "order_quantity": 3,
            "line_items": [
                {"product_id": 501, "product_name": "Reading lamp", "product_price": "64.50"},
                {"product_id": 502, "product_name": "Light bulb", "product_price": "5.00"},
            ],
        },
        "event_source": {"=": ["web", "mobile"]},
        "ingestion_source": {"=": ["tag"]},
        "prefill": False,
    },
}
RESPONSE = json.dumps(
    {
        **REQUEST,
        "id": "2542620333444",
        "size": 1200,
        "status": "INITIALIZING",
        "type": "audience",
        "created_timestamp": 1767225600,
        "updated_timestamp": 1767225600,
        "created_by_company_name": None,
    }
).encode()
