"""An app of Django REST framework, described by drf-yasg: forms with files, and pages."""

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import include, path

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "drf_yasg"],
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": (),
        "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination",
        "PAGE_SIZE": 2,
        "UNAUTHENTICATED_USER": None,
    },
    ROOT_URLCONF=__name__,
    SECRET_KEY="only for this app",
    STATIC_URL="/static/",
    TIME_ZONE="UTC",
    USE_TZ=True,
)
django.setup()

# ruff: noqa: E402 - the settings come first
from drf_yasg import openapi
from drf_yasg.utils import swagger_auto_schema
from drf_yasg.views import get_schema_view
from rest_framework import permissions, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

THINGS: dict[int, dict] = {}
KINDS = openapi.Parameter(
    "kind",
    openapi.IN_QUERY,
    type=openapi.TYPE_ARRAY,
    items=openapi.Items(type=openapi.TYPE_STRING, enum=["a", "b"]),
    collection_format="multi",
)


class Thing(serializers.Serializer):
    id = serializers.IntegerField(read_only=True)
    title = serializers.CharField(max_length=50)
    kind = serializers.ChoiceField(["a", "b"], allow_null=True, required=False)
    when = serializers.DateTimeField(required=False)
    price = serializers.DecimalField(8, 2, required=False)
    meta = serializers.DictField(child=serializers.CharField(), required=False)
    tags = serializers.ListField(child=serializers.IntegerField(), required=False)


class Upload(serializers.Serializer):
    title = serializers.CharField(max_length=50)
    count = serializers.IntegerField(min_value=1, default=1)
    file = serializers.FileField(write_only=True)
    size = serializers.IntegerField(read_only=True)


class Things(viewsets.GenericViewSet):
    serializer_class = Thing
    parser_classes = (JSONParser,)

    def _thing(self, pk):
        try:
            return THINGS[int(pk)]
        except KeyError:
            raise NotFound from None

    @swagger_auto_schema(manual_parameters=[KINDS])
    def list(self, request):
        kinds = request.query_params.getlist("kind")
        things = [one for one in THINGS.values() if not kinds or one.get("kind") in kinds]
        page = self.paginate_queryset(things)
        return self.get_paginated_response(Thing(page, many=True).data)

    def create(self, request):
        sent = Thing(data=request.data)
        sent.is_valid(raise_exception=True)
        number = len(THINGS) + 1
        THINGS[number] = {**sent.validated_data, "id": number}
        return Response(Thing(THINGS[number]).data, status=201)

    def retrieve(self, request, pk=None):
        return Response(Thing(self._thing(pk)).data)

    def partial_update(self, request, pk=None):
        sent = Thing(data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        self._thing(pk).update(sent.validated_data)
        return Response(Thing(THINGS[int(pk)]).data)

    def destroy(self, request, pk=None):
        self._thing(pk)
        del THINGS[int(pk)]
        return Response(status=204)

    @swagger_auto_schema(request_body=Upload, responses={201: Upload})
    @action(methods=["post"], detail=False, parser_classes=[MultiPartParser])
    def upload(self, request):
        sent = Upload(data=request.data)
        sent.is_valid(raise_exception=True)
        size = sent.validated_data["file"].size
        return Response({**sent.data, "size": size}, status=201)

    @swagger_auto_schema(request_body=Thing, responses={200: Thing})
    @action(methods=["post"], detail=False, parser_classes=[FormParser])
    def form(self, request):
        sent = Thing(data=request.data)
        sent.is_valid(raise_exception=True)
        return Response(Thing({**sent.validated_data, "id": 0}).data)


router = SimpleRouter()
router.register("things", Things, "things")
schema = get_schema_view(
    openapi.Info(title="Things", default_version="v1"),
    public=True,
    permission_classes=[permissions.AllowAny],
)
urlpatterns = [
    path("api/", include(router.urls)),
    path("swagger.json", schema.without_ui(cache_timeout=0), {"format": ".json"}),
]
app = get_wsgi_application()
