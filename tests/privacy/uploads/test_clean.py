"""A stranger's file comes out as a picture of what it shows, or not at all, and takes nothing down with it (A15)."""

import zlib
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from privacy.uploads.clean import Cleaned, clean
from privacy.uploads.limits import DEFAULT, Limits
from privacy.uploads.refusals import Refusal, Refused
from tests.privacy.uploads.making import (
    BLUE,
    JPEG_START,
    PNG_START,
    RED,
    RED_LEFT,
    chunk,
    jpeg_with,
    near,
    opened,
    pdf,
    picture,
    png,
    segment,
    stream,
)


def cleaned(content: bytes, limits: Limits = DEFAULT) -> Cleaned:
    return clean(BytesIO(content), limits=limits)


def refusal(content: bytes, limits: Limits = DEFAULT) -> Refusal:
    with pytest.raises(Refused) as caught:
        clean(BytesIO(content), limits=limits)
    return caught.value.reason


OTHERS = {
    "SVG with script": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "XML": b"<?xml version='1.0'?><svg/>",
    "HTML that is called a picture": b"<!doctype html><script>alert(1)</script>",
    "PHP": b"<?php system($_GET['c']); ?>",
    "a program": b"\x7fELF\x02\x01\x01" + bytes(100),
    "a Windows program": b"MZ\x90\x00" + bytes(100),
    "a shell script": b"#!/bin/sh\necho",
    "GIF with script": b"GIF89a/*" + bytes(20) + b"*/=1;alert(1)",
    "WebP": picture("WEBP"),
    "TIFF": picture("TIFF"),
    "BMP": picture("BMP"),
    "PostScript": b"%!PS-Adobe-3.0\n",
    "text": b"Bonjour, voici ma carte.",
    "a picture after a line break": b"\n" + picture(),
    "a PDF after something else": b"GIF89a" + pdf(RED_LEFT),
}


ARCHIVES = {"ZIP and new office files": b"PK\x03\x04" + bytes(100), "old office files": b"\xd0\xcf\x11\xe0\xa1\xb1"}


PHOTOS = {brand: b"\x00\x00\x00\x18ftyp" + brand.encode() + bytes(50) for brand in ("heic", "mif1", "avif")}


class TestKinds:
    @pytest.mark.parametrize("what", OTHERS)
    def test_what_is_neither_picture_nor_pdf_by_its_content_is_refused(self, what: str) -> None:
        assert refusal(OTHERS[what]) is Refusal.OTHER_KIND

    @pytest.mark.parametrize("what", ARCHIVES)
    def test_archives_and_office_files_are_refused_by_name(self, what: str) -> None:
        assert refusal(ARCHIVES[what]) is Refusal.OFFICE_OR_ARCHIVE

    @pytest.mark.parametrize("what", PHOTOS)
    def test_photos_that_only_phones_can_open_are_refused_by_name(self, what: str) -> None:
        assert refusal(PHOTOS[what]) is Refusal.PHONE_PHOTO

    def test_an_empty_file_is_refused(self) -> None:
        assert refusal(b"") is Refusal.EMPTY

    @pytest.mark.parametrize("form", ["JPEG", "PNG"])
    def test_a_picture_comes_out_as_a_jpeg_of_the_same_size_and_colours(self, form: str) -> None:
        made = cleaned(picture(form))
        assert (made.media_type, made.extension, made.pages) == ("image/jpeg", "jpg", 1)
        shown = opened(made.content)
        assert (shown.format, shown.size) == ("JPEG", (60, 40))
        assert near(shown.getpixel((10, 20)), RED)
        assert near(shown.getpixel((50, 20)), BLUE)

    def test_the_content_is_not_shown_where_the_object_is_printed(self) -> None:
        assert "content" not in repr(cleaned(picture()))


BROKEN = {
    "JPEG cut off": picture(size=(400, 400))[:-600],
    "PNG cut off": picture("PNG", size=(400, 400))[:-40],
    "JPEG that ends after its first bytes": JPEG_START,
    "PNG that ends after its first bytes": PNG_START,
    "JPEG that is HTML from its fourth byte on": JPEG_START + b"<html><script>alert(1)</script>",
    "PNG without size": png(0, 0),
    "PNG whose text unfolds to 200 MB": png(9, 9, chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(200_000_000), 1))),
    "PNG with a wrong checksum": picture("PNG").replace(b"IHDR", b"IHDX", 1),
}


class TestPictures:
    @pytest.mark.parametrize("mode", ["L", "CMYK", "1"])
    def test_other_colour_models_come_out_in_colours_that_every_program_shows(self, mode: str) -> None:
        form = "PNG" if mode == "1" else "JPEG"
        assert opened(cleaned(picture(form, mode=mode)).content).mode == "RGB"

    def test_what_is_transparent_becomes_white(self) -> None:
        sink = BytesIO()
        Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(sink, "PNG")
        assert near(opened(cleaned(sink.getvalue()).content).getpixel((10, 10)), (255, 255, 255))

    def test_a_palette_with_a_transparent_colour_is_understood(self) -> None:
        colours, clear = chunk(b"PLTE", bytes([*RED, 0, 0, 0])), chunk(b"tRNS", bytes([255, 0]))
        rows = (b"\0" + bytes(10) + b"\1" * 10) * 20
        shown = opened(cleaned(png(20, 20, colours, clear, colour=3, data=rows)).content)
        assert near(shown.getpixel((3, 10)), RED)
        assert near(shown.getpixel((16, 10)), (255, 255, 255))

    def test_of_a_photo_with_a_second_one_inside_as_phones_make_them_the_first_is_kept(self) -> None:
        sink, second = BytesIO(), opened(picture(size=(10, 10)))
        opened(picture()).save(sink, "MPO", save_all=True, append_images=[second])
        assert opened(sink.getvalue()).n_frames == 2
        assert opened(cleaned(sink.getvalue()).content).size == (60, 40)

    def test_sixteen_bits_a_pixel_keep_their_greys(self) -> None:
        rows = b"".join(b"\x00" + b"\x80\x00" * 30 for _row in range(20))
        shown = opened(cleaned(png(30, 20, depth=16, colour=0, data=rows)).content)
        assert near(shown.getpixel((10, 10)), (128, 128, 128))

    @pytest.mark.parametrize(("note", "upright"), [(1, (60, 40)), (3, (60, 40)), (6, (40, 60)), (8, (40, 60))])
    def test_a_picture_stands_upright_without_its_note(self, note: int, upright: tuple[int, int]) -> None:
        exif = Image.Exif()
        exif[0x0112] = note
        shown = opened(cleaned(picture(exif=exif)).content)
        assert shown.size == upright
        red_at = {1: (10, 20), 3: (50, 20), 6: (20, 10), 8: (20, 50)}[note]
        assert near(shown.getpixel(red_at), RED)
        assert 0x0112 not in shown.getexif()

    def test_a_broken_note_does_no_harm(self) -> None:
        assert opened(cleaned(jpeg_with(segment(0xE1, b"Exif\x00\x00MM\x00*\xff\xff\xff\xff"))).content).size == (
            60,
            40,
        )

    def test_a_large_picture_is_made_smaller(self) -> None:
        assert opened(cleaned(picture("PNG", size=(6000, 300))).content).size == (3000, 150)

    def test_of_several_pictures_in_one_file_the_first_is_kept(self) -> None:
        sink = BytesIO()
        frames = [Image.new("RGB", (20, 20), colour) for colour in (RED, BLUE)]
        frames[0].save(sink, "PNG", save_all=True, append_images=frames[1:])
        shown = opened(cleaned(sink.getvalue()).content)
        assert near(shown.getpixel((10, 10)), RED)

    def test_a_picture_of_ten_to_the_tenth_pixels_is_refused_before_it_is_decoded(self) -> None:
        assert refusal(png(100_000, 100_000)) is Refusal.TOO_MANY_PIXELS

    def test_a_picture_just_above_the_limit_is_refused_too(self) -> None:
        limits = replace(DEFAULT, pixels=60 * 40 - 1)
        assert refusal(picture(), limits) is Refusal.TOO_MANY_PIXELS
        assert cleaned(picture(), replace(DEFAULT, pixels=60 * 40)).pages == 1

    @pytest.mark.parametrize("what", BROKEN)
    def test_what_cannot_be_read_to_its_end_is_refused(self, what: str) -> None:
        assert refusal(BROKEN[what]) is Refusal.BROKEN


PLANTED = [
    b"48.8566",
    b"Paris-Home",
    b"Camera-9",
    b"<?php evil()",
    b"<script>",
    b"xpacket",
    b"owner@planted",
    b"PK\x03\x04",
]


ACTIVE = (
    b"/JavaScript",
    b"/JS",
    b"/OpenAction",
    b"/AA",
    b"/URI",
    b"/EmbeddedFile",
    b"/AcroForm",
    b"/Annot",
    b"/Info",
)


HIDDEN = (
    b"app.alert",
    b"https://planted",
    b"attached bytes",
    b"owner@planted",
    b"filled in",
    b"/Metadata",
    b"/Launch",
)


@pytest.mark.promise("P7.2")
class TestNothingButThePicture:
    def test_places_names_comments_profiles_and_what_hangs_behind_are_gone_from_a_jpeg(self) -> None:
        exif = Image.Exif()
        exif[0x010F], exif[0x013B] = "Camera-9", "owner@planted"
        exif.get_ifd(0x8825)[0x001D] = "48.8566"
        xmp = b'http://ns.adobe.com/xap/1.0/\x00<?xpacket begin=""?>Paris-Home'
        hostile = jpeg_with(
            segment(0xE1, xmp),
            segment(0xED, b"Photoshop 3.0\x00owner@planted"),
            segment(0xFE, b"<?php evil() ?><script>"),
            segment(0xE2, b"ICC_PROFILE\x00\x01\x01owner@planted"),
            exif=exif,
            comment=b"Camera-9",
        )
        hostile += b"PK\x03\x04<script>alert(1)</script>"
        assert all(planted in hostile for planted in PLANTED)
        made = cleaned(hostile).content
        assert not [planted for planted in PLANTED if planted in made]
        assert made.endswith(b"\xff\xd9")
        assert set(opened(made).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert not opened(made).getexif()

    def test_texts_notes_and_what_hangs_behind_are_gone_from_a_png(self) -> None:
        exif = Image.Exif()
        exif[0x010F] = "Camera-9"
        hostile = png(
            9,
            9,
            chunk(b"tEXt", b"Comment\x00<?php evil() ?>"),
            chunk(b"iTXt", b"XML:com.adobe.xmp\x00\x00\x00\x00\x00<?xpacket Paris-Home"),
            chunk(b"eXIf", exif.tobytes()[6:] + b"48.8566"),
            chunk(b"prVt", b"owner@planted<script>"),
            data=(b"\x00" + b"\x99" * 27) * 9,
        )
        hostile += b"PK\x03\x04"
        assert all(planted in hostile for planted in PLANTED)
        made = cleaned(hostile).content
        assert not [planted for planted in PLANTED if planted in made]

    def test_a_picture_that_is_also_an_archive_is_no_archive_afterwards(self) -> None:
        archive = b"PK\x05\x06" + bytes(18)
        assert b"PK\x05\x06" not in cleaned(picture() + archive).content

    def test_script_links_forms_attachments_and_properties_are_gone_from_a_pdf(self) -> None:
        hostile = pdf(
            RED_LEFT,
            catalogue="/OpenAction 10 0 R/AA<</WC 10 0 R>>/AcroForm<</Fields[12 0 R]>>/Metadata 14 0 R"
            "/Names<</EmbeddedFiles<</Names[(a)<</Type/Filespec/F(a.exe)/EF<</F 13 0 R>>>>]>>>>",
            page="/Annots[11 0 R 12 0 R]",
            objects=[
                "<</S/JavaScript/JS(app.alert\\(1\\))/Next<</S/Launch/F(a.exe)>>>>",
                "<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(https://planted.example)>>>>",
                "<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/V(filled in)/Rect[0 0 9 9]>>",
                stream(b"attached bytes", "/Type/EmbeddedFile"),
                stream(b"owner@planted", "/Type/Metadata/Subtype/XML"),
                "<</Author(owner@planted)>>",
            ],
            trailer="/Info 15 0 R",
        )
        assert all(word in hostile for word in (*ACTIVE, *HIDDEN))
        made = cleaned(hostile)
        assert (made.media_type, made.extension, made.pages) == ("application/pdf", "pdf", 1)
        assert not [word for word in (*ACTIVE, *HIDDEN) if word in made.content]
