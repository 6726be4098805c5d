"""Views with files, forms, unions and streams."""

from access import MeView
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework import parsers, serializers, status
from rest_framework.decorators import api_view
from rest_framework.response import Response
from rest_framework.views import APIView


class CardSerializer(serializers.Serializer):
    method = serializers.ChoiceField(["card"])
    number = serializers.CharField(trim_whitespace=False)


class CashSerializer(serializers.Serializer):
    method = serializers.ChoiceField(["cash"])
    amount = serializers.DecimalField(max_digits=10, decimal_places=2, coerce_to_string=False)
    change = serializers.FloatField(allow_null=True, required=False, min_value=0)


PAYMENT = PolymorphicProxySerializer(
    "Payment", {"card": CardSerializer, "cash": CashSerializer}, "method"
)


class UploadSerializer(serializers.Serializer):
    file = serializers.FileField(write_only=True)
    title = serializers.CharField(max_length=20)
    level = serializers.ChoiceField([(1, "low"), (2, "high")], default=1)
    size = serializers.IntegerField(read_only=True)
    name = serializers.CharField(read_only=True)


class UploadView(APIView):
    parser_classes = (parsers.MultiPartParser, parsers.FormParser)

    @extend_schema(request=UploadSerializer, responses={201: UploadSerializer})
    def post(self, request):
        data = UploadSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        file = data.validated_data["file"]
        made = {**data.validated_data, "size": file.size, "name": file.name}
        return Response(UploadSerializer(made).data, status=status.HTTP_201_CREATED)


class RawView(APIView):
    parser_classes = (parsers.FileUploadParser,)

    @extend_schema(
        request={"*/*": OpenApiTypes.BINARY},
        parameters=[OpenApiParameter("Content-Disposition", str, "header", required=True)],
        responses=OpenApiTypes.INT,
    )
    def put(self, request):
        return Response(request.data["file"].size)


@extend_schema(request=PAYMENT, responses=PAYMENT)
@api_view(["POST"])
def pay(request):
    kind = {"card": CardSerializer, "cash": CashSerializer}.get(request.data.get("method"))
    data = kind(data=request.data)
    data.is_valid(raise_exception=True)
    return Response(kind(data.validated_data).data)


urlpatterns = [
    path("upload/", UploadView.as_view()),
    path("raw/", RawView.as_view()),
    path("pay/", pay),
    path("me/", MeView.as_view()),
]
