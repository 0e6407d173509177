using System.Globalization;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;

namespace Hosts.Tests.Contracts;

/// <summary>Conversations: order, idempotence, who takes part, what is forgotten.</summary>
public abstract class DeliveryStoreConversationContract(IDeliveryStoreBed bed) : DeliveryStoreContract(bed)
{
    private async Task<OfferId> ClaimedAsync(VisitorKey visitor, string agent = "anna")
    {
        await AvailableAsync(agent, 5);
        var offer = await AcceptedOfferAsync(visitor);
        Assert.Equal(ClaimOutcome.Claimed, (await Store.ClaimAsync(Site, offer, agent, default)).Outcome);
        return offer;
    }

    private ValueTask<SendResult> SayAsync(OfferId offer, Participant from, string id, string? text = null) =>
        Store.SendAsync(new SendRequest { Site = Site, Offer = offer, From = from, Id = id, Text = text ?? id, At = Now }, default);

    private async Task<ConversationEntry[]> EntriesAsync(OfferId offer, long after = 0) =>
        [.. (await Store.GetConversationAsync(Site, offer, after, default))!.Entries.Select(e => ConversationEntry.FromJson(e.Span)!)];

    [Fact]
    public async Task SendAsync_ByBoth_NumbersInOrder_StoredAndSaid()
    {
        var visitor = NewVisitor();
        var offer = await ClaimedAsync(visitor);
        await using var heard = await ListenAsync(Channels.ConversationOf(Site, offer));
        Assert.Equal(new SendResult(SendOutcome.Sent, 2), await SayAsync(offer, Participant.Of(visitor), "a", "hello"));
        Assert.Equal(new SendResult(SendOutcome.Sent, 3), await SayAsync(offer, Participant.Of("anna"), "a", "good day"));

        var entries = await EntriesAsync(offer);
        Assert.Equal([1, 2, 3], entries.Select(e => e.Seq));
        Assert.Equal(
            [(ConversationEntryKind.Claimed, null, null), (ConversationEntryKind.Message, ConversationParty.Visitor, "hello"), (ConversationEntryKind.Message, ConversationParty.Agent, "good day")],
            entries.Select(e => (e.Kind, e.From, e.Text)));
        Assert.All(entries, e => Assert.Equal(offer.ToString(), e.Offer));
        var said = await heard.TakeAsync(2);
        Assert.Equal([2, 3], said.Select(s => ConversationEntry.FromJson(System.Text.Encoding.UTF8.GetBytes(s))!.Seq));
        Assert.Equal([3], (await EntriesAsync(offer, after: 2)).Select(e => e.Seq));
    }

    [Fact]
    public async Task SendAsync_Again_SameNumberAndStandsOnce_AlsoAfterTheEnd()
    {
        var visitor = NewVisitor();
        var offer = await ClaimedAsync(visitor);
        var first = await SayAsync(offer, Participant.Of(visitor), "a");
        Assert.Equal(first, await SayAsync(offer, Participant.Of(visitor), "a"));
        Assert.True(await Store.CloseConversationAsync(Site, offer, Participant.Of(visitor), Now, default));
        Assert.Equal(first, await SayAsync(offer, Participant.Of(visitor), "a"));
        Assert.Equal(SendOutcome.Closed, (await SayAsync(offer, Participant.Of(visitor), "b")).Outcome);
        Assert.Single(await EntriesAsync(offer), e => e.Kind == ConversationEntryKind.Message);
    }

    [Fact]
    public async Task SendAsync_ManyAtOnce_NumbersAreWithoutGapOrDouble()
    {
        var visitor = NewVisitor();
        var offer = await ClaimedAsync(visitor);
        var results = await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
            (await SayAsync(offer, i % 2 == 0 ? Participant.Of(visitor) : Participant.Of("anna"), $"m{i}")).Seq));
        Assert.Equal(Enumerable.Range(2, 100).Select(n => (long)n), results.Order());
        Assert.Equal(Enumerable.Range(1, 101).Select(n => (long)n), (await EntriesAsync(offer)).Select(e => e.Seq));
    }

    [Fact]
    public async Task SendAsync_ByAnyoneElse_NotFound()
    {
        var visitor = NewVisitor();
        var offer = await ClaimedAsync(visitor);
        Assert.Equal(SendOutcome.NotFound, (await SayAsync(offer, Participant.Of(NewVisitor()), "a")).Outcome);
        Assert.Equal(SendOutcome.NotFound, (await SayAsync(offer, Participant.Of("bert"), "a")).Outcome);
        Assert.False(await Store.CloseConversationAsync(Site, offer, Participant.Of("bert"), Now, default));
        Assert.Null(await Store.GetConversationAsync("another-site", offer, 0, default));
    }

    [Fact]
    public async Task SendAsync_BeforeAcceptance_NotOpen_WhileWaiting_OnlyTheVisitor()
    {
        await AvailableAsync("anna");
        var visitor = NewVisitor();
        var offer = await OpenOfferAsync(visitor);
        Assert.Equal(SendOutcome.NotOpen, (await SayAsync(offer, Participant.Of(visitor), "a")).Outcome);
        Assert.Null(await Store.GetConversationAsync(Site, offer, 0, default));
        await AnswerAsync(visitor, offer, InvitationAnswer.Accepted);
        Assert.Equal(new SendResult(SendOutcome.Sent, 1), await SayAsync(offer, Participant.Of(visitor), "a"));
        Assert.Equal(SendOutcome.NotFound, (await SayAsync(offer, Participant.Of("anna"), "a")).Outcome);
    }

    [Fact]
    public async Task SendAsync_AtTheLimit_Full_AndTheEndIsStillWritten()
    {
        var visitor = NewVisitor();
        var offer = await ClaimedAsync(visitor);
        for (var i = 0; i < Limits.ConversationMessagesMax; i++)
            Assert.Equal(SendOutcome.Sent, (await SayAsync(offer, Participant.Of(visitor), i.ToString(CultureInfo.InvariantCulture))).Outcome);
        Assert.Equal(SendOutcome.Full, (await SayAsync(offer, Participant.Of("anna"), "a")).Outcome);
        Assert.True(await Store.CloseConversationAsync(Site, offer, Participant.Of("anna"), Now, default));
        Assert.Equal(ConversationEntryKind.Closed, (await EntriesAsync(offer))[^1].Kind);
    }

    [Fact]
    public async Task SendAsync_HostileText_IsStoredAsItIs()
    {
        const string Hostile = "</script><img src=x onerror=alert(1)> \" \\ \u202Egnp.exe \0 \uD83D\uDE00 {\"seq\":0} o_00000000000000000000000000000000_0";
        var visitor = NewVisitor();
        var offer = await ClaimedAsync(visitor);
        await SayAsync(offer, Participant.Of(visitor), "a", Hostile);
        var stored = (await Store.GetConversationAsync(Site, offer, 1, default))!.Entries.Single();
        Assert.Equal(Hostile, ConversationEntry.FromJson(stored.Span)!.Text);
        Assert.DoesNotContain("<", Text(stored), StringComparison.Ordinal);
    }

    private ValueTask<bool> SignAsync(OfferId offer, Participant from, long? received = null) =>
        Store.SignAsync(new SignRequest { Site = Site, Offer = offer, From = from, Received = received, At = Now }, default);

    private static ConversationEntry EntryOf(string json) => ConversationEntry.FromJson(System.Text.Encoding.UTF8.GetBytes(json))!;

    [Fact]
    public async Task SignAsync_Writing_IsSaid_AndStandsNowhere()
    {
        var visitor = NewVisitor();
        var offer = await ClaimedAsync(visitor);
        await using var heard = await ListenAsync(Channels.ConversationOf(Site, offer));
        Assert.True(await SignAsync(offer, Participant.Of(visitor)));
        Assert.True(await SignAsync(offer, Participant.Of("anna")));
        var signs = (await heard.TakeAsync(2)).Select(EntryOf).ToArray();
        Assert.Equal([ConversationParty.Visitor, ConversationParty.Agent], signs.Select(s => s.From!.Value));
        Assert.All(signs, s => Assert.Equal((true, ConversationEntryKind.Writing, offer.ToString(), null), (s.IsSign, s.Kind, s.Offer, s.Received)));
        Assert.Equal(1, (await Store.GetConversationAsync(Site, offer, 0, default))!.Last);
        Assert.Single(await EntriesAsync(offer));
    }

    [Fact]
    public async Task SignAsync_Received_OnlyRises_NeverAboveWhatStands_AndIsSaidOnce()
    {
        var visitor = NewVisitor();
        var offer = await ClaimedAsync(visitor);
        for (var i = 0; i < 3; i++) await SayAsync(offer, Participant.Of("anna"), $"{i}");
        await using var heard = await ListenAsync(Channels.ConversationOf(Site, offer));
        foreach (var number in new long[] { 2, 1, 2, 1_000_000 }) Assert.True(await SignAsync(offer, Participant.Of(visitor), number));
        Assert.True(await SignAsync(offer, Participant.Of("anna"), 1));
        var signs = (await heard.TakeAsync(3)).Select(EntryOf).ToArray();
        Assert.Equal(
            [(ConversationParty.Visitor, 2), (ConversationParty.Visitor, 4), (ConversationParty.Agent, 1L)],
            signs.Select(s => (s.From!.Value, s.Received!.Value)));
        Assert.All(signs, s => Assert.Equal((true, ConversationEntryKind.Received), (s.IsSign, s.Kind)));
        var conversation = (await Store.GetConversationAsync(Site, offer, 0, default))!;
        Assert.Equal((4, 1), (conversation.ReceivedByVisitor, conversation.ReceivedByAgent));
        Assert.Equal(4, conversation.Entries.Count);
    }

    [Fact]
    public async Task SignAsync_ByAnyoneElse_OrWhenItIsOver_IsRefusedAndSaidToNobody()
    {
        var visitor = NewVisitor();
        var offer = await ClaimedAsync(visitor);
        await using var heard = await ListenAsync(Channels.ConversationOf(Site, offer));
        Assert.False(await SignAsync(offer, Participant.Of(NewVisitor())));
        Assert.False(await SignAsync(offer, Participant.Of("bert"), 1));
        await Store.CloseConversationAsync(Site, offer, Participant.Of(visitor), Now, default);
        Assert.False(await SignAsync(offer, Participant.Of(visitor)));
        Assert.False(await SignAsync(offer, Participant.Of("anna"), 1));
        Assert.Equal(ConversationEntryKind.Closed, EntryOf(Assert.Single(await heard.TakeAsync(1))).Kind);
        Assert.Equal((0, 0), (await Store.GetConversationAsync(Site, offer, 0, default)) is { } c ? (c.ReceivedByVisitor, c.ReceivedByAgent) : default);
    }

    [Fact]
    public async Task CloseConversationAsync_ByTheVisitor_FreesTheSlot_AndBothHear()
    {
        await AvailableAsync("anna", 1);
        var visitor = NewVisitor();
        var offer = await AcceptedOfferAsync(visitor);
        await Store.ClaimAsync(Site, offer, "anna", default);
        await using var cards = await ListenToCardsAsync();
        await using var page = await ListenToAsync(visitor);
        Assert.Equal(0, (await Store.GetAvailabilityAsync(Site, default)).FreeSlots);
        Assert.True(await Store.CloseConversationAsync(Site, offer, Participant.Of(visitor), Now, default));
        Assert.True(await Store.CloseConversationAsync(Site, offer, Participant.Of("anna"), Now, default));
        Assert.Equal(1, (await Store.GetAvailabilityAsync(Site, default)).FreeSlots);
        Assert.Contains("\"ended\"", Assert.Single(await cards.TakeAsync(1)), StringComparison.Ordinal);
        Assert.Contains("\"ended\"", Assert.Single(await page.TakeAsync(1)), StringComparison.Ordinal);
        Assert.Single(await EntriesAsync(offer), e => e is { Kind: ConversationEntryKind.Closed, From: ConversationParty.Visitor });
    }

    [Fact]
    public async Task GetConversationAsync_AfterReopening_SaysTheSame_AndGoesOn()
    {
        var visitor = NewVisitor();
        var offer = await ClaimedAsync(visitor);
        await SayAsync(offer, Participant.Of(visitor), "a");
        var before = await EntriesAsync(offer);
        await ReopenAsync();
        Assert.Equal(before, await EntriesAsync(offer));
        Assert.Equal(new SendResult(SendOutcome.Sent, 2), await SayAsync(offer, Participant.Of(visitor), "a"));
        Assert.Equal(new SendResult(SendOutcome.Sent, 3), await SayAsync(offer, Participant.Of("anna"), "a"));
    }

    [Fact]
    public async Task Transcript_AfterItsTime_IsForgotten_TheEndIsNot()
    {
        var visitor = NewVisitor();
        var offer = await ClaimedAsync(visitor);
        await SayAsync(offer, Participant.Of(visitor), "a");
        await Store.CloseConversationAsync(Site, offer, Participant.Of(visitor), Now, default);
        await PassAsync(Limits.TranscriptRetention - TimeSpan.FromSeconds(5));
        await Store.SweepAsync(default);
        Assert.Equal(3, (await EntriesAsync(offer)).Length);
        await PassAsync(TimeSpan.FromSeconds(10));
        await Store.SweepAsync(default);
        Assert.Empty(await EntriesAsync(offer));
        Assert.Equal(OfferStatus.Ended, (await Store.GetConversationAsync(Site, offer, 0, default))!.Status);
        await ReopenAsync();
        Assert.Empty(await EntriesAsync(offer));
    }

    [Fact]
    public async Task EraseAsync_ForgetsWhatWasSaid_AndSaysSo()
    {
        var visitor = NewVisitor();
        var offer = await ClaimedAsync(visitor);
        await SayAsync(offer, Participant.Of(visitor), "a");
        await using var heard = await ListenAsync(Channels.ConversationOf(Site, offer));
        await Store.EraseAsync(Site, visitor, default);
        Assert.Null(await Store.GetConversationAsync(Site, offer, 0, default));
        Assert.Contains("erased", Assert.Single(await heard.TakeAsync(1)), StringComparison.Ordinal);
        await ReopenAsync();
        Assert.Null(await Store.GetConversationAsync(Site, offer, 0, default));
    }

    [Fact]
    public async Task SweepAsync_Unclaimed_TheConversationIsClosedForThatCause()
    {
        await AvailableAsync("anna");
        var visitor = NewVisitor();
        var offer = await AcceptedOfferAsync(visitor);
        await SayAsync(offer, Participant.Of(visitor), "a");
        await PassAsync(Limits.ClaimGiveUpAfter + TimeSpan.FromSeconds(1));
        await Store.SweepAsync(default);
        Assert.Equal((ConversationEntryKind.Closed, "unclaimed"), (await EntriesAsync(offer)) is [.., var last] ? (last.Kind, last.Cause) : default);
        Assert.Equal(SendOutcome.Closed, (await SayAsync(offer, Participant.Of(visitor), "b")).Outcome);
    }
}
