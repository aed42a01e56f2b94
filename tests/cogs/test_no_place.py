"""Where the bot may not send, the placeholder itself becomes the result."""

from tests.world import World, words


async def test_a_channel_that_takes_no_messages_shows_the_video_in_the_placeholder(
    world: World,
) -> None:
    world.env.inject_error(
        "POST", f"/channels/{world.channel.id}/messages", status=403, code=50013, times=None
    )

    await world.create("a walk")

    result = await world.delivered()
    assert world.messages() == [result]
    assert "### Video for" in words(result)
    assert world.file(result)
