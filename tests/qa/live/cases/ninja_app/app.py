"""An app of Django Ninja in one file, with the features of its tutorial and a database."""

import os
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID, uuid5

import django
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.db import connection, models
from django.http import HttpRequest
from django.urls import path

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": Path(os.environ["HOME"]) / "db.sqlite3",
        }
    },
    INSTALLED_APPS=["ninja"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="only for this app",
    USE_TZ=True,
)
django.setup()

# ruff: noqa: E402 - the settings come first
from more import router
from ninja import Field, ModelSchema, NinjaAPI, PatchDict, Query, Schema, Status
from ninja.pagination import CursorPagination, LimitOffsetPagination, paginate

NIL = UUID(int=0)
api = NinjaAPI(title="Library", version="1", description="A *library*.")


class Book(models.Model):
    class Genre(models.TextChoices):
        NOVEL = "novel"
        COMIC = "comic", "Comic book"

    id = models.UUIDField(primary_key=True)
    title = models.CharField(max_length=20)
    genre = models.CharField(max_length=5, choices=Genre, default=Genre.NOVEL)
    price = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    published = models.DateField(null=True, blank=True)
    added = models.DateTimeField()
    pages = models.PositiveSmallIntegerField(default=100)

    class Meta:
        app_label = "library"
        ordering = ("title",)


class BookIn(ModelSchema):
    class Meta:
        model = Book
        exclude = ("id", "added")


class BookOut(ModelSchema):
    class Meta:
        model = Book
        fields = "__all__"


class Listed(Schema):
    """A class of its own: the two paginations would share the name `PagedBookOut`."""

    title: str
    genre: Book.Genre


class Problem(Schema):
    message: str


class Filters(Schema):
    genres: list[Book.Genre] = Field([], alias="genre")
    after: date | None = None
    pages__gte: int = Field(0, ge=0)


@api.post("/books", response={201: BookOut}, tags=["books"])
def create_book(request: HttpRequest, book: BookIn):
    key = uuid5(NIL, book.title)
    return Status(
        201, Book.objects.create(id=key, added=datetime(2026, 1, 2, tzinfo=UTC), **book.dict())
    )


@api.get("/books", response=list[BookOut], tags=["books"])
@paginate(LimitOffsetPagination)
def list_books(request: HttpRequest, filters: Query[Filters]):
    found = Book.objects.filter(pages__gte=filters.pages__gte)
    found = found.filter(genre__in=filters.genres) if filters.genres else found
    return found.filter(published__gt=filters.after) if filters.after else found


@api.get("/books/cursor", response=list[Listed], tags=["books"])
@paginate(CursorPagination, ordering=("title",), page_size=1)
def walk_books(request: HttpRequest):
    return Book.objects.all()


@api.get("/books/{uuid:book_id}", response={200: BookOut, 404: Problem}, tags=["books"])
def get_book(request: HttpRequest, book_id: UUID):
    book = Book.objects.filter(id=book_id).first()
    return book or Status(404, {"message": f"no book {book_id}"})


@api.patch("/books/{uuid:book_id}", response=BookOut, tags=["books"])
def update_book(request: HttpRequest, book_id: UUID, change: PatchDict[BookIn]):
    Book.objects.filter(id=book_id).update(**change)
    return Book.objects.get(id=book_id)


@api.delete("/books/{uuid:book_id}", response={204: None}, tags=["books"])
def delete_book(request: HttpRequest, book_id: UUID):
    Book.objects.get(id=book_id).delete()
    return Status(204, None)


api.add_router("/more", router)
urlpatterns = [path("api/", api.urls)]
with connection.schema_editor() as editor:
    editor.create_model(Book)
app = get_asgi_application()
