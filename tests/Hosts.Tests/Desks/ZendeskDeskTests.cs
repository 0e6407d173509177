using Engagement.Desks;
using Engagement.Desks.Zendesk;
using Engagement.Engine.Stream;

namespace Hosts.Tests.Desks;

public sealed class ZendeskDeskTests
{
    [Fact]
    public async Task HandOver_Card_IsATicketWithAnInternalNoteAndNoMarkupOfHers()
    {
        await using var server = await ZendeskServer.StartAsync();
        using var http = DeskCases.Client();
        await new ZendeskDesk(DeskCases.Zendesk(server.Url), http).HandOverAsync(DeskCases.Accepted(), DeskCases.Card("zendesk-12"), default);
        var ticket = Assert.Single(server.Tickets);
        Assert.False((bool)ticket["comment"]!["public"]!);
        Assert.Equal(DeskCases.Offer().ToString(), (string?)ticket["external_id"]);
        Assert.Equal(12, (int)ticket["assignee_id"]!);
        Assert.Null(ticket["group_id"]);
        var html = (string)ticket["comment"]!["html_body"]!;
        Assert.Contains("A return label", html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain("alert(1)", (string)ticket["subject"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HandOver_Again_IsRecognisedByItsIdempotencyKey()
    {
        await using var server = await ZendeskServer.StartAsync();
        using var http = DeskCases.Client();
        var desk = new ZendeskDesk(DeskCases.Zendesk(server.Url), http);
        for (var i = 0; i < 2; i++) await desk.HandOverAsync(DeskCases.Accepted(), DeskCases.Card("team"), default);
        Assert.Equal(44, (int)Assert.Single(server.Tickets)["group_id"]!);
        Assert.Equal(2, server.Calls.Count());
    }

    [Fact]
    public async Task HandOver_TooManyRequests_SaysWhenToComeAgain()
    {
        await using var server = await ZendeskServer.StartAsync();
        server.Fails = (429, 17);
        using var http = DeskCases.Client();
        var refused = await Assert.ThrowsAsync<NoticeRefusedException>(
            async () => await new ZendeskDesk(DeskCases.Zendesk(server.Url), http).HandOverAsync(DeskCases.Accepted(), DeskCases.Card("team"), default));
        Assert.Equal((TimeSpan.FromSeconds(17), false), (refused.RetryAfter, refused.IsFinal));
    }

    [Fact]
    public async Task ReadPresence_OnlineOverAllPages_WithRoomForWhatIsLeft()
    {
        await using var server = await ZendeskServer.StartAsync();
        server.Agents.AddRange([(1, "online", 2, 1), (2, "online", null, 1), (3, "online", 1, 5), (4, "away", 2, 0), (5, "offline", 2, 0)]);
        server.PageSize = 2;
        using var http = DeskCases.Client();
        var presence = await new ZendeskDesk(DeskCases.Zendesk(server.Url), http).ReadPresenceAsync(default);
        Assert.Equal([new DeskAgent("zendesk-1", 1), new DeskAgent("zendesk-2", 2), new DeskAgent("zendesk-3", 0)], presence.Agents);
        Assert.Equal(["zendesk-2"], (await new ZendeskDesk(DeskCases.Zendesk(server.Url, ZendeskServer.Token, "2", "4"), http).ReadPresenceAsync(default)).Agents.Select(a => a.Id));
    }

    [Fact]
    public async Task ReadPresence_WrongToken_IsNoPresence()
    {
        await using var server = await ZendeskServer.StartAsync();
        server.Agents.Add((1, "online", 2, 1));
        using var http = DeskCases.Client();
        await Assert.ThrowsAsync<NoticeRefusedException>(async () => await new ZendeskDesk(DeskCases.Zendesk(server.Url, "wrong"), http).ReadPresenceAsync(default));
    }
}
