"""Builds the wheel and the source archive of muster-client (PEP 517, PEP 660) with the standard library alone.

A build backend of its own means that `pip install` works without a network: there is nothing to fetch first.
METADATA holds the name and version; the README follows it as the description.
"""

import base64
import hashlib
import io
import os
import tarfile
import zipfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
WHEEL = "Wheel-Version: 1.0\nGenerator: muster_build\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
#: The oldest time that a zip archive can hold. A fixed time makes two builds of the same files identical.
TIME = (1980, 1, 1, 0, 0, 0)


def _read(name):
    with open(os.path.join(ROOT, name), encoding="utf-8") as file:
        return file.read()


def _release():
    fields = dict(line.split(": ", 1) for line in _read("METADATA").splitlines() if ": " in line)
    return "%s-%s" % (fields["Name"].replace("-", "_"), fields["Version"])


def _metadata():
    return (_read("METADATA") + "\n" + _read("README.md")).encode()


def _modules():
    names = sorted(os.listdir(os.path.join(ROOT, "muster")))
    return ["muster/" + name for name in names if name.endswith((".py", ".typed"))]


def _write_wheel(folder, modules):
    info = _release() + ".dist-info/"
    files = dict(modules)
    files[info + "METADATA"] = _metadata()
    files[info + "WHEEL"] = WHEEL.encode()
    files[info + "LICENSE"] = _read("LICENSE").encode()
    record = ""
    for name, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        record += "%s,sha256=%s,%d\n" % (name, digest, len(content))
    files[info + "RECORD"] = (record + info + "RECORD,,\n").encode()
    name = _release() + "-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(folder, name), "w", zipfile.ZIP_DEFLATED) as wheel:
        for path, content in files.items():
            entry = zipfile.ZipInfo(path, TIME)
            entry.external_attr = 0o644 << 16
            wheel.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return name


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    return _write_wheel(wheel_directory, {name: _read(name).encode() for name in _modules()})


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    return _write_wheel(wheel_directory, {"muster_client.pth": (ROOT + "\n").encode()})


def build_sdist(sdist_directory, config_settings=None):
    name = _release() + ".tar.gz"
    with tarfile.open(os.path.join(sdist_directory, name), "w:gz") as archive:
        own = ["METADATA", "README.md", "LICENSE", "pyproject.toml", "build_backend/muster_build.py"]
        for path in own + _modules():
            archive.add(os.path.join(ROOT, path), _release() + "/" + path)
        info = tarfile.TarInfo(_release() + "/PKG-INFO")
        content = _metadata()
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
    return name


def get_requires_for_build_wheel(config_settings=None):
    return []


get_requires_for_build_editable = get_requires_for_build_wheel
get_requires_for_build_sdist = get_requires_for_build_wheel
