"""What the scripts of this folder share: questions come as lines of JSON, answers go as lines."""

import base64
import json
import os
import subprocess
import sys

SERVED = json.loads(os.environ["OSTIARY_SERVED"])
ANYBODY = f"{SERVED['login']}/organizations"
AUTHORITY = f"{SERVED['login']}/{SERVED['tenant']}"
CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
MANAGEMENT = "https://management.azure.com/.default"


def claims_of(token):
    """Read the claims of a token, as a resource would after it checked the signature."""
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def browse(address, browser, **answers):
    """Let the bot open an address; gives what it saw."""
    told = {**json.loads(browser), "print": True}
    told["answers"].update(answers)
    environment = {**os.environ, "OSTIARY_BOT": json.dumps(told)}
    done = subprocess.run(  # noqa: S603  # our own script
        [*SERVED["bot"], address], env=environment, capture_output=True, text=True, check=False
    )
    return json.loads(done.stdout)


def answer(doing):
    """Answer questions with these functions until there are no more."""
    for line in sys.stdin:
        question = json.loads(line)
        try:
            found = doing[question.pop("do")](**question)
        except Exception as error:  # what a client raises is what is tested
            response = getattr(error, "response", None)
            body = response.text() if hasattr(response, "text") else None
            found = {"raised": type(error).__name__, "text": str(error), "body": body}
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()
