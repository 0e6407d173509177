using Engagement.Desks;
using Engagement.Desks.Slack;
using Engagement.Engine.Stream;

namespace Hosts.Tests.Desks;

public sealed class SlackDeskTests
{
    [Fact]
    public async Task HandOver_Card_IsAMessageThatMentionsWhomItIsForAndNobodyElse()
    {
        await using var server = await SlackServer.StartAsync();
        using var http = DeskCases.Client();
        await new SlackDesk(DeskCases.Slack(server.Url), http).HandOverAsync(DeskCases.Accepted(), DeskCases.Card("slack-U123"), default);
        var message = Assert.Single(server.Messages);
        var texts = message["blocks"]!.AsArray().Select(b => (string)b!["text"]!["text"]!).ToList();
        Assert.Contains("<@U123>", texts[0], StringComparison.Ordinal);
        Assert.All(texts.Skip(1), t => Assert.DoesNotContain('<', t));
        Assert.Contains(texts, t => t.Contains("&lt;!channel&gt;", StringComparison.Ordinal));
        Assert.All(message["blocks"]!.AsArray(), b => Assert.True((bool)b!["text"]!["verbatim"]!));
        Assert.False((bool)message["unfurl_links"]!);
        Assert.DoesNotContain("alert(1)", (string)message["text"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    public async Task HandOver_Again_IsFoundWhereTheBotMayRead(bool mayRead, int messages)
    {
        await using var server = await SlackServer.StartAsync();
        server.MayRead = mayRead;
        using var http = DeskCases.Client();
        var desk = new SlackDesk(DeskCases.Slack(server.Url), http);
        for (var i = 0; i < 2; i++) await desk.HandOverAsync(DeskCases.Accepted(), DeskCases.Card("team"), default);
        Assert.Equal(messages, server.Messages.Count);
    }

    [Fact]
    public async Task HandOver_LongCard_KeepsSlacksBounds()
    {
        await using var server = await SlackServer.StartAsync();
        using var http = DeskCases.Client();
        var card = DeskCases.Card("team");
        card = card with { Card = card.Card with { Need = string.Concat(Enumerable.Repeat("&😀", 2_000)) } };
        await new SlackDesk(DeskCases.Slack(server.Url), http).HandOverAsync(DeskCases.Accepted(), card, default);
        var need = (string)Assert.Single(server.Messages)["blocks"]![1]!["text"]!["text"]!;
        Assert.EndsWith("…", need, StringComparison.Ordinal);
        Assert.DoesNotContain('\uFFFD', need);
        Assert.DoesNotMatch(@"&(?!amp;)", need);
    }

    [Fact]
    public async Task HandOver_WrongToken_IsRefusedThoughTheStatusIs200()
    {
        await using var server = await SlackServer.StartAsync();
        using var http = DeskCases.Client();
        var refused = await Assert.ThrowsAsync<NoticeRefusedException>(
            async () => await new SlackDesk(DeskCases.Slack(server.Url, "xoxb-wrong"), http).HandOverAsync(DeskCases.Accepted(), DeskCases.Card("team"), default));
        Assert.Equal(("slack: chat.postMessage: invalid_auth", false), (refused.Message, refused.IsFinal));
    }

    [Fact]
    public async Task ReadPresence_ActiveAreThere_AwayAndUnknownAreNot()
    {
        await using var server = await SlackServer.StartAsync();
        (server.Presence["U1"], server.Presence["U2"]) = ("active", "away");
        using var http = DeskCases.Client();
        var presence = await new SlackDesk(DeskCases.Slack(server.Url, SlackServer.Token, "U1", "U2", "U3"), http).ReadPresenceAsync(default);
        Assert.Equal([new DeskAgent("slack-U1", 1)], presence.Agents);
    }
}
