"""What the demo offers in place of Discord's menu of a message."""

from bot.demo.message_menu import add_message_menu
from tests.world import World, picture


async def test_messages_are_offered_in_plain_words_and_placeholders_are_not(world: World) -> None:
    add_message_menu(world.app.bot, world.channel, {world.ben.id: "Ben"})
    await world.app.bot.tree.sync()
    await world.alice.send(world.channel, "my **fox**", attachments=[("fox.png", picture())])
    await world.create("a dog: *big*", by=world.ben)
    await world.delivered()
    await world.create("@Image7", by=world.ben)

    offered = await world.alice.autocomplete(world.channel, "menu", "message", "")

    names = [choice["name"] for choice in offered]
    assert names == [
        "Video for Ben: a dog: *big*",
        f"{world.alice.name} (1 picture): my fox",
    ]
