using Engagement.Core.Sites;
using Engagement.Desks;
using Engagement.Desks.Chatwoot;
using Engagement.Engine.Stream;
using Engagement.Testing;

namespace Hosts.Tests.Desks;

public sealed class ChatwootDeskTests
{
    [Fact]
    public async Task HandOver_Card_IsAPrivateNoteInAConversationOfTheInbox_AssignedToWhomItIsFor()
    {
        await using var server = await ChatwootServer.StartAsync();
        using var http = DeskCases.Client();
        await new ChatwootDesk(DeskCases.Chatwoot(server.Url), http).HandOverAsync(DeskCases.Accepted(), DeskCases.Card("chatwoot-12"), default);

        Assert.Equal(DeskCases.Offer().ToString(), (string?)Assert.Single(server.Contacts)["identifier"]);
        var conversation = Assert.Single(server.Conversations);
        Assert.Equal((7L, 12L), ((long)conversation["inbox_id"]!, (long)conversation["assignee_id"]!));
        var note = Assert.Single(server.Messages);
        Assert.True((bool)note["private"]!);
        var text = (string)note["content"]!;
        Assert.Contains("A return label", text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", text, StringComparison.Ordinal);
        Assert.DoesNotContain("[x](", text, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HandOver_AgainAndForATeam_MakesNothingTwiceAndAssignsNobody()
    {
        await using var server = await ChatwootServer.StartAsync();
        using var http = DeskCases.Client();
        var desk = new ChatwootDesk(DeskCases.Chatwoot(server.Url), http);
        for (var i = 0; i < 3; i++) await desk.HandOverAsync(DeskCases.Accepted(), DeskCases.Card("team"), default);
        await desk.HandOverAsync(DeskCases.Accepted(2), DeskCases.Card("team", 2), default);
        Assert.Equal((2, 2, 2), (server.Contacts.Count, server.Conversations.Count, server.Messages.Count));
        Assert.All(server.Conversations, c => Assert.Null(c["assignee_id"]));
    }

    /// <summary>Whatever step a crash or an error cut off, the next delivery goes on from there.</summary>
    [Theory]
    [InlineData("/contacts")]
    [InlineData("/conversations")]
    [InlineData("/messages")]
    public async Task HandOver_CutOffInTheMiddle_IsFinishedByTheNext(string failing)
    {
        await using var server = await ChatwootServer.StartAsync();
        using var http = DeskCases.Client();
        var desk = new ChatwootDesk(DeskCases.Chatwoot(server.Url), http);
        server.Fails = (failing, 500);
        await Assert.ThrowsAsync<NoticeRefusedException>(async () => await desk.HandOverAsync(DeskCases.Accepted(), DeskCases.Card("team"), default));
        await desk.HandOverAsync(DeskCases.Accepted(), DeskCases.Card("team"), default);
        Assert.Equal((1, 1, 1), (server.Contacts.Count, server.Conversations.Count, server.Messages.Count));
    }

    [Fact]
    public async Task HandOver_WrongToken_IsRefusedAndMayComeRight()
    {
        await using var server = await ChatwootServer.StartAsync();
        using var http = DeskCases.Client();
        var refused = await Assert.ThrowsAsync<NoticeRefusedException>(
            async () => await new ChatwootDesk(DeskCases.Chatwoot(server.Url, "wrong"), http).HandOverAsync(DeskCases.Accepted(), DeskCases.Card("team"), default));
        Assert.False(refused.IsFinal);
        Assert.DoesNotContain("wrong", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadPresence_AvailableAreThere_BusyTakeNothingNew_OfflineAreGone()
    {
        await using var server = await ChatwootServer.StartAsync();
        foreach (var (id, availability) in new[] { (1, "available"), (2, "online"), (3, "busy"), (4, "offline"), (5, "available") }) server.Agents.Add(server.Agent(id, availability));
        server.Age = 7;
        using var http = DeskCases.Client();
        var presence = await new ChatwootDesk(DeskCases.Chatwoot(server.Url, ChatwootServer.Token, "1", "2", "3"), http).ReadPresenceAsync(default);
        Assert.Equal([new DeskAgent("chatwoot-1", 2), new DeskAgent("chatwoot-2", 2), new DeskAgent("chatwoot-3", 2, TakesNew: false)], presence.Agents);
        Assert.Equal(TimeSpan.FromSeconds(7), presence.Age);
        Assert.Equal(4, (await new ChatwootDesk(DeskCases.Chatwoot(server.Url), http).ReadPresenceAsync(default)).Agents.Count);
    }
}
