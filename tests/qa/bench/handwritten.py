"""The same call as a careful engineer writes it by hand: httpx with a base URL, and pydantic."""

from __future__ import annotations

from enum import StrEnum
from types import TracebackType
from typing import Annotated, Self

import httpx
from pydantic import BaseModel, ConfigDict, Field

Digits = Annotated[str, Field(pattern="^[0-9]+$")]


class Model(BaseModel):
    """Base of the models."""

    model_config = ConfigDict(extra="allow", validate_by_name=True, validate_by_alias=True)


class AudienceType(StrEnum):
    """How the audience finds its members."""

    CUSTOMER_LIST = "CUSTOMER_LIST"
    VISITOR = "VISITOR"
    ENGAGEMENT = "ENGAGEMENT"
    ACTALIKE = "ACTALIKE"
    PERSONA = "PERSONA"


class ObjectiveType(StrEnum):
    """What a campaign is meant to achieve."""

    AWARENESS = "AWARENESS"
    CONSIDERATION = "CONSIDERATION"
    WEB_CONVERSION = "WEB_CONVERSION"
    CATALOG_SALES = "CATALOG_SALES"
    VIDEO_COMPLETION = "VIDEO_COMPLETION"
    VIDEO_VIEW = "VIDEO_VIEW"
    WEB_SESSIONS = "WEB_SESSIONS"


class Currency(StrEnum):
    """A currency by its ISO 4217 code."""

    UNK = "UNK"
    USD = "USD"
    GBP = "GBP"
    CAD = "CAD"
    EUR = "EUR"
    AUD = "AUD"
    NZD = "NZD"
    SEK = "SEK"
    ILS = "ILS"
    CHF = "CHF"
    HKD = "HKD"
    JPY = "JPY"
    SGD = "SGD"
    KRW = "KRW"
    NOK = "NOK"
    DKK = "DKK"
    PLN = "PLN"
    RON = "RON"
    HUF = "HUF"
    CZK = "CZK"
    BRL = "BRL"
    MXN = "MXN"
    ARS = "ARS"
    CLP = "CLP"
    COP = "COP"
    INR = "INR"
    TRY = "TRY"


class Error(Model):
    """Why a request failed."""

    code: int
    message: str


class LineItem(Model):
    """One product of an order."""

    product_brand: str | None = None
    product_category: str | None = None
    product_id: int | None = None
    product_name: str | None = None
    product_price: str | None = None
    product_quantity: int | None = None
    product_variant: str | None = None
    product_variant_id: str | None = None


class UrlCondition(Model):
    """A test on the address of the visited page."""

    equal: str | None = Field(None, alias="=")
    not_equal: str | None = Field(None, alias="!=")
    contains: str | None = None
    not_contains: str | None = None


class EventData(Model):
    """Details that a tag event must carry to count."""

    currency: Currency | str | None = None
    lead_type: str | None = None
    line_items: LineItem | list[LineItem] | None = None
    order_id: str | None = None
    order_quantity: int | None = None
    page_name: str | None = None
    promo_code: str | None = None
    property: str | None = None
    search_query: str | None = None
    value: str | None = None
    video_title: str | None = None


class AudienceRule(Model):
    """Decides who is in the audience."""

    country: str | None = None
    customer_list_id: Digits | None = None
    engagement_domain: list[str] | None = None
    engagement_type: str | None = None
    event: str | None = None
    event_data: EventData | None = None
    percentage: int | None = None
    pin_id: list[Digits] | None = None
    prefill: bool | None = None
    retention_days: int | None = None
    seed_id: list[Digits] | None = None
    url: list[str] | str | UrlCondition | None = None
    visitor_source_id: Digits | list[Digits] | None = None
    event_source: dict[str, list[str]] | None = None
    ingestion_source: dict[str, list[str]] | None = None
    engager_type: int | None = None
    campaign_id: list[Digits] | None = None
    ad_id: list[Digits] | None = None
    objective_type: list[ObjectiveType | str] | None = None
    ad_account_id: Digits | None = None


class Audience(Model):
    """An audience as Pinterest keeps it."""

    ad_account_id: Digits | None = None
    id: Digits | None = None
    name: str | None = None
    audience_type: str | None = None
    description: str | None = None
    rule: AudienceRule | None = None
    size: int | None = None
    status: str | None = None
    type: str | None = None
    created_timestamp: int | None = None
    updated_timestamp: int | None = None
    created_by_company_name: str | None = None


class AudienceCreateRequest(Model):
    """What to send to make an audience."""

    ad_account_id: Digits | None = None
    audience_type: AudienceType | str
    description: str | None = None
    name: str
    rule: AudienceRule


class ApiError(Exception):
    """The server answered, but not with a success."""

    def __init__(self, status_code: int, error: Error | None) -> None:
        super().__init__(f"{status_code}: {error.message if error else 'unknown error'}")
        self.status_code = status_code
        self.error = error


class Client:
    """The client."""

    def __init__(
        self,
        token: str,
        *,
        base_url: str = "https://api.pinterest.com/v5",
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._http = httpx.Client(
            base_url=base_url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=30.0,
            transport=transport,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._http.close()

    def create_audience(self, ad_account_id: str, body: AudienceCreateRequest) -> Audience:
        """Make an audience."""
        response = self._http.post(
            f"/ad_accounts/{ad_account_id}/audiences",
            json=body.model_dump(mode="json", by_alias=True, exclude_unset=True),
        )
        if response.status_code != 200:
            raise ApiError(response.status_code, Error.model_validate(response.json()))
        return Audience.model_validate(response.json())
