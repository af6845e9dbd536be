"""Film and camera on the detection page, in a Chromium whose camera shows a known photograph."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Playwright, expect

from engine.data.photographs import BY_NAME
from tests.browser.helpers import take_picture, wait_idle
from tests.browser.server import CHROMIUM_ARGUMENTS, find_chromium

pytestmark = pytest.mark.browser
LONG = 120_000

# A film as browsers record it: WebM without a length in its head. First an empty scene, then a face.
RECORD = """async ([empty, face]) => {
    const load = (data) => new Promise((resolve, reject) => {
        const image = new Image();
        image.onload = () => resolve(image);
        image.onerror = reject;
        image.src = `data:image/jpeg;base64,${data}`;
    });
    const pictures = [await load(empty), await load(face)];
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 256;
    const context = canvas.getContext("2d");
    const parts = [];
    const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: "video/webm;codecs=vp8" });
    recorder.ondataavailable = (event) => parts.push(event.data);
    const ended = new Promise((resolve) => { recorder.onstop = resolve; });
    const start = performance.now();
    const draw = () => {
        context.drawImage(pictures[performance.now() - start < 1200 ? 0 : 1], 0, 0);
        context.fillRect(0, 0, 2 + Math.random() * 4, 2);
    };
    draw();
    recorder.start();
    const timer = setInterval(draw, 50);
    await new Promise((resolve) => setTimeout(resolve, 2400));
    clearInterval(timer);
    recorder.stop();
    await ended;
    const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    return btoa(text);
}"""


def jpeg(name: str, size: tuple[int, int]) -> bytes:
    buffer = io.BytesIO()
    Image.open(BY_NAME[name].path).convert("RGB").resize(size).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def browser(playwright_driver: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Chromium with a camera that looks at the astronaut."""
    executable = find_chromium()
    if executable is None:
        pytest.skip("No Chromium on PATH.")
    film = tmp_path_factory.mktemp("camera") / "astronaut.mjpeg"
    film.write_bytes(jpeg("astronaut", (640, 480)) * 2)
    camera = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
    arguments = [*CHROMIUM_ARGUMENTS, *camera, f"--use-file-for-fake-video-capture={film}"]
    chromium = playwright_driver.chromium.launch(executable_path=executable, args=arguments)
    yield chromium
    chromium.close()


def video_input(page: Page):
    return page.locator('input[aria-label="Choose a video file"]')


def test_a_film_is_read_in_the_browser_and_watched_over_time(open_page):
    page = open_page("/detection?detector=Tiny%20face%20detector&size=224")
    page.wait_for_selector(".det-canvas", timeout=LONG)
    page.get_by_text("Clip", exact=True).click()
    expect(page.get_by_text("The film is read in the browser", exact=False)).to_be_visible(timeout=LONG)
    wait_idle(page, 60)
    size = (256, 256)
    shots = [base64.b64encode(jpeg(name, size)).decode() for name in ("flower", "astronaut")]
    film = base64.b64decode(page.evaluate(RECORD, shots))
    assert film[:4] == b"\x1aE\xdf\xa3"
    asked = len(page.asked)
    video_input(page).set_input_files({"name": "film.webm", "mimeType": "video/webm", "buffer": film})
    expect(page.locator(".video-frames .status")).to_contain_text("frames taken from film.webm", timeout=LONG)
    assert all("upload" not in address for address in page.asked[asked:]), "the film itself stays where it is"
    wait_idle(page, 60)
    page.get_by_role("button", name="Detect in", exact=False).click(timeout=LONG)
    expect(page.get_by_text("Act when it appears", exact=False).first).to_be_visible(timeout=LONG)
    wait_idle(page, 60)
    captions = page.locator('[data-testid="stImageCaption"]').all_inner_texts()
    assert "0 boxes" in captions[0]
    assert "1 box" in captions[-1]
    page.get_by_text("Act when it appears", exact=False).first.scroll_into_view_if_needed()
    take_picture(page, "detection-film", full=True)
    assert not page.complaints


def test_a_film_that_cannot_be_played_is_named(open_page):
    page = open_page("/detection", width=390)
    page.wait_for_selector(".det-canvas", timeout=LONG)
    page.get_by_text("Clip", exact=True).click()
    chooser = video_input(page)
    chooser.set_input_files({"name": "bad.mp4", "mimeType": "video/mp4", "buffer": b"\0\0\0\x18ftypmp42" + b"\0" * 64})
    expect(page.locator(".video-frames .status")).to_contain_text("cannot play", timeout=LONG)
    chooser.set_input_files({"name": "empty.webm", "mimeType": "video/webm", "buffer": b""})
    expect(page.locator(".video-frames .status")).to_contain_text("cannot play", timeout=LONG)
    take_picture(page, "detection-film-bad", full=True)


def test_a_shot_of_the_camera_is_detected(open_page):
    page = open_page("/detection?photograph=Your%20own%20picture")
    page.wait_for_selector(".det-canvas", timeout=LONG)
    page.get_by_text("Camera", exact=True).click()
    # A shot taken before the camera's first frame is black.
    page.wait_for_function(
        "() => [...document.querySelectorAll('video')].some((video) => video.videoWidth && video.currentTime > 0.2)",
        timeout=LONG,
    )
    page.get_by_role("button", name="Take Photo").click(timeout=LONG)
    expect(page.locator(".det-credit")).to_have_text("Your own picture", timeout=LONG)
    expect(page.locator(".det-row").first).to_contain_text("person", timeout=LONG)
    wait_idle(page, 60)
    assert "upload=" in page.url
    take_picture(page, "detection-camera")
    assert not page.complaints
