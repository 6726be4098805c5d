"""An app of Django REST framework, described by drf-spectacular, with a database."""

import itertools
import os
from pathlib import Path
from uuid import UUID

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, models
from django.urls import include, path

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": Path(os.environ["HOME"]) / "db.sqlite3",
        }
    },
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "drf_spectacular"],
    REST_FRAMEWORK={
        "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
        "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
        "DEFAULT_AUTHENTICATION_CLASSES": (),
        "PAGE_SIZE": 2,
    },
    SPECTACULAR_SETTINGS={
        "TITLE": "Clinic",
        "VERSION": "1",
        "COMPONENT_SPLIT_REQUEST": True,
        "ENUM_NAME_OVERRIDES": {"KindEnum": ["cat", "dog"]},
    },
    ROOT_URLCONF=__name__,
    SECRET_KEY="only for this app",
    TIME_ZONE="UTC",
    USE_TZ=True,
)
django.setup()

# ruff: noqa: E402 - the settings come first
import views
from drf_spectacular.utils import OpenApiParameter, extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.routers import DefaultRouter

NUMBERS = itertools.count(1)


def next_id() -> UUID:
    return UUID(int=next(NUMBERS))


class Owner(models.Model):
    name = models.CharField(max_length=20, unique=True)
    email = models.EmailField(blank=True)

    class Meta:
        app_label = "clinic"
        ordering = ("id",)


class Pet(models.Model):
    class Kind(models.TextChoices):
        CAT = "cat", "A cat"
        DOG = "dog", "A dog"

    id = models.UUIDField(primary_key=True, default=next_id, editable=False)
    owner = models.ForeignKey(Owner, models.CASCADE, related_name="pets")
    name = models.CharField(max_length=20)
    kind = models.CharField(max_length=3, choices=Kind, default=Kind.CAT)
    weight = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    born = models.DateField(null=True)
    seen = models.DateTimeField(null=True)
    fed_at = models.TimeField(default="08:00")
    sleep = models.DurationField(null=True)
    chip = models.BigIntegerField(null=True)
    tags = models.JSONField(default=list)

    class Meta:
        app_label = "clinic"
        ordering = ("name",)


class OwnerSerializer(serializers.ModelSerializer):
    pets = serializers.StringRelatedField(many=True, read_only=True)
    password = serializers.CharField(write_only=True, min_length=3)

    class Meta:
        model = Owner
        fields = ("id", "name", "email", "pets", "password")

    def create(self, data):
        return Owner.objects.create(name=data["name"], email=data.get("email", ""))


class PetSerializer(serializers.ModelSerializer):
    tags = serializers.ListField(child=serializers.CharField(max_length=9), required=False)
    age = serializers.SerializerMethodField()

    class Meta:
        model = Pet
        fields = "__all__"

    def get_age(self, pet) -> int | None:
        return pet.born and 2026 - pet.born.year


class OwnerViewSet(mixins.CreateModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    queryset = Owner.objects.all()
    serializer_class = OwnerSerializer


class PetViewSet(viewsets.ModelViewSet):
    """All operations of a model."""

    serializer_class = PetSerializer
    queryset = Pet.objects.all()

    def get_queryset(self):
        kinds = self.request.query_params.getlist("kind")
        return self.queryset.filter(kind__in=kinds) if kinds else self.queryset.all()

    @extend_schema(parameters=[OpenApiParameter("kind", str, enum=["cat", "dog"], many=True)])
    def list(self, request, *args, **kwargs):
        return super().list(request, *args, **kwargs)

    @extend_schema(request=None, responses=PetSerializer)
    @action(detail=True, methods=["post"])
    def feed(self, request, pk=None):
        """Answer with 201, of which the description knows nothing."""
        return Response(self.get_serializer(self.get_object()).data, status=201)


router = DefaultRouter()
router.register("owners", OwnerViewSet)
router.register("pets", PetViewSet)
urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("", include(router.urls)),
    path("", include(views.urlpatterns)),
]
with connection.schema_editor() as editor:
    for model in (Owner, Pet):
        editor.create_model(model)
app = get_wsgi_application()
