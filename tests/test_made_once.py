"""What was made for one application serves another that makes it alike, and no other."""

from flask import Flask
from jinja2 import DictLoader, Environment

from campaign.kernel import assets
from campaign.kernel.encodings import CODINGS
from tests.made_once import CompiledOnce


def code_of(environment):
    source, filename, _ = environment.loader.get_source(environment, "page.html")
    return environment.bytecode_cache.get_bucket(environment, "page.html", filename, source).code


def made(kept, source="{% if true %}\nyes\n{% endif %}", **options):
    environment = Environment(loader=DictLoader({"page.html": source}), bytecode_cache=kept, **options)
    return environment, environment.get_template("page.html").render()


def test_a_second_environment_finds_what_the_first_compiled():
    kept = CompiledOnce()
    first, told = made(kept)
    second = Environment(loader=first.loader, bytecode_cache=kept)
    assert code_of(second) is code_of(first) is not None
    assert second.get_template("page.html").render() == told == "\nyes\n"


def test_a_second_application_finds_what_the_first_compiled(tmp_path):
    (tmp_path / "page.html").write_text("yes")
    first, second = (Flask("any", template_folder=str(tmp_path)) for _ in range(2))
    assert first.jinja_env.bytecode_cache is second.jinja_env.bytecode_cache is not None
    first.jinja_env.get_template("page.html")
    assert code_of(second.jinja_env) is code_of(first.jinja_env) is not None


def test_other_options_and_other_sources_are_compiled_anew():
    kept = CompiledOnce()
    made(kept)
    assert made(kept, trim_blocks=True)[1] == "yes\n"
    assert made(kept, source="no")[1] == "no"


def test_files_of_the_same_content_are_packed_once(tmp_path):
    for name in ("a.css", "b.css"):
        (tmp_path / name).write_text("a { color: #000 }\n" * 200)
    one, other = (assets.Assets(tmp_path).get(name) for name in ("a.css", "b.css"))
    assert [one.packed[coding] is other.packed[coding] for coding in CODINGS] == [True] * len(CODINGS)
