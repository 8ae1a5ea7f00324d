"""Tools that ask the client, its user or its model something before they answer."""

from fixture_asking import ask, can, form, require, roots, sample, text_question
from fixture_tool import Tool, says, takes


async def _sampling(ctx, params):
    answers = await ask(ctx, params, {"sample": sample(params.arguments["prompt"])})
    return says(f"LLM response: {answers['sample'].content.text}")


async def _elicitation(ctx, params):
    fields = {name: {"type": "string", "description": f"The user's {name}"} for name in ("username", "email")}
    answers = await ask(ctx, params, {"user": form(params.arguments["message"], fields, *fields)})
    return says(f"User response: {_outcome(answers['user'])}")


def _outcome(answer):
    return f"action={answer.action}, content={answer.content or {}}"


def _filled(properties):
    async def run(ctx, params):
        answers = await ask(ctx, params, {"form": form("Please fill this in", properties)})
        return says(f"Elicitation completed: {_outcome(answers['form'])}")

    return run


_DEFAULTS = {
    "name": {"type": "string", "default": "John Doe"},
    "age": {"type": "integer", "default": 30},
    "score": {"type": "number", "default": 95.5},
    "status": {"type": "string", "enum": ["active", "inactive", "pending"], "default": "active"},
    "verified": {"type": "boolean", "default": True},
}

_TITLED = [{"const": "value1", "title": "First Option"}, {"const": "value2", "title": "Second Option"}]
_CHOICES = {
    "untitledSingle": {"type": "string", "enum": ["option1", "option2", "option3"]},
    "titledSingle": {"type": "string", "oneOf": _TITLED},
    "legacyEnum": {"type": "string", "enum": ["opt1", "opt2"], "enumNames": ["Option One", "Option Two"]},
    "untitledMulti": {"type": "array", "items": {"type": "string", "enum": ["option1", "option2", "option3"]}},
    "titledMulti": {"type": "array", "items": {"anyOf": _TITLED}},
}


async def _roots(ctx, params):
    answers = await ask(ctx, params, {"client_roots": roots()})
    return says(", ".join(str(root.uri) for root in answers["client_roots"].roots))


async def _name(ctx, params):
    answers = await ask(ctx, params, {"user_name": text_question("What is your name?", "name")})
    return says(f"Hello, {(answers['user_name'].content or {}).get('name')}!")


async def _capital(ctx, params):
    answers = await ask(ctx, params, {"capital_question": sample("What is the capital of France?")})
    return says(answers["capital_question"].content.text)


async def _with_state(ctx, params):
    question = form("Please confirm", {"ok": {"type": "boolean"}}, "ok")
    await ask(ctx, params, {"confirm": question}, state="confirming")
    return says("state-ok")


async def _several(ctx, params):
    questions = {
        "user_name": text_question("What is your name?", "name"),
        "greeting": sample("Generate a greeting"),
        "client_roots": roots(),
    }
    answers = await ask(ctx, params, questions, state="several")
    return says(f"{answers['greeting'].content.text} {answers['user_name'].content}")


async def _rounds(ctx, params):
    first = {"step1": text_question("Step 1: What is your name?", "name")}
    second = {"step2": text_question("Step 2: What is your favorite color?", "color")}
    if getattr(params, "request_state", None) != "round 2":
        # In the older era both answers come at once.
        await ask(ctx, params, first, state="round 1")
        params = params.model_copy(update={"input_responses": None})
    answers = await ask(ctx, params, second, state="round 2")
    return says(f"You like {answers['step2'].content}")


async def _what_it_can(ctx, params):
    questions = {"greeting": sample("Generate a greeting"), "name": text_question("What is your name?", "name")}
    possible = {key: one for key, one in questions.items() if can(ctx, _NEEDED[key])}
    await ask(ctx, params, possible)
    return says("Thank you")


_NEEDED = {"greeting": "sampling", "name": "elicitation"}


async def _needs_sampling(ctx, _):
    require(ctx, "sampling")
    return says("The client can sample")


ASKING = {
    "test_sampling": Tool("Asks the client's model.", _sampling, takes("prompt")),
    "test_elicitation": Tool("Asks the user.", _elicitation, takes("message")),
    "test_elicitation_sep1034_defaults": Tool("Asks the user, with answers to begin with.", _filled(_DEFAULTS)),
    "test_elicitation_sep1330_enums": Tool("Lets the user choose.", _filled(_CHOICES)),
    "test_roots": Tool("Asks for the client's folders.", _roots),
    "test_streaming_elicitation": Tool("Asks the user.", _name),
    "test_missing_capability": Tool("Needs a client that can sample.", _needs_sampling),
    "test_input_required_result_elicitation": Tool("Asks for a name.", _name),
    "test_input_required_result_sampling": Tool("Asks for a capital.", _capital),
    "test_input_required_result_list_roots": Tool("Asks for folders.", _roots),
    "test_input_required_result_request_state": Tool("Asks, and remembers by the client.", _with_state),
    "test_input_required_result_multiple_inputs": Tool("Asks three questions at once.", _several),
    "test_input_required_result_multi_round": Tool("Asks twice.", _rounds),
    "test_input_required_result_tampered_state": Tool("Asks, and notices forgeries.", _with_state),
    "test_input_required_result_capabilities": Tool("Asks what the client can answer.", _what_it_can),
}
"""By name."""
