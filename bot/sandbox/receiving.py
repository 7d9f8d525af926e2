"""Methods by which the bot gets its updates: long polling, or a webhook."""

import asyncio
import re
from urllib.parse import urlsplit

from bot.sandbox.checks import Call
from bot.sandbox.offers import offers
from bot.sandbox.records import Json
from bot.sandbox.refusals import bad_request, conflict
from bot.sandbox.world import Webhook, World

LONGEST_POLL = 50
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@offers("getUpdates")
async def get_updates(world: World, call: Call) -> list[Json]:
    """A second poller ends the first, which gets the 409; the first of two bots notices thus."""
    if world.webhook:
        raise conflict(
            "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
        )
    queue = world.updates
    turn = queue.new_turn()
    if "allowed_updates" in call.params:
        queue.allowed = call.params["allowed_updates"]
    if call.get("offset"):
        queue.forget_before(call.params["offset"])
    deadline = asyncio.get_running_loop().time() + min(call.get("timeout") or 0, LONGEST_POLL)
    while True:
        if not queue.is_turn(turn):
            raise conflict("terminated by other getUpdates request; make sure that only one bot instance is running")
        updates = queue.take(min(max(call.get("limit") or 100, 1), 100))
        left = deadline - asyncio.get_running_loop().time()
        if updates or left <= 0:
            return updates
        await queue.arrived.wait(left)


@offers("setWebhook")
def set_webhook(world: World, call: Call) -> bool:
    url = urlsplit(call.params["url"])
    if not call.params["url"]:
        return delete_webhook(world, call)
    if not url.hostname or (url.scheme != "https" and url.hostname not in LOOPBACK):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    secret: str | None = call.get("secret_token")
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise bad_request("secret token contains unallowed characters")
    if "allowed_updates" in call.params:
        world.updates.allowed = call.params["allowed_updates"]
    if call.get("drop_pending_updates"):
        world.updates.clear()
    connections = min(max(call.get("max_connections") or 40, 1), 100)
    world.webhook = Webhook(call.params["url"], secret, connections)
    world.updates.new_turn()
    return True


@offers("deleteWebhook")
def delete_webhook(world: World, call: Call) -> bool:
    world.webhook = None
    if call.get("drop_pending_updates"):
        world.updates.clear()
    world.updates.arrived.ring()
    return True


@offers("getWebhookInfo")
def get_webhook_info(world: World, call: Call) -> Json:
    info: Json = {"url": "", "has_custom_certificate": False, "pending_update_count": len(world.updates)}
    if hook := world.webhook:
        info |= {"url": hook.url, "max_connections": hook.max_connections}
        if hook.last_error_at:
            info["last_error_date"] = int(hook.last_error_at.timestamp())
            info["last_error_message"] = hook.last_error
    if world.updates.allowed:
        info["allowed_updates"] = world.updates.allowed
    return info
