using Engagement.Core;
using Engagement.Core.Cards;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Events;

namespace Core.Tests.Pipeline;

/// <summary>From wish to answer, and what may follow it in the same session.</summary>
public sealed class OfferTests
{
    private static readonly VisitorKey s_visitor = LogText.Visitor(1);
    private readonly Worker _worker = new(TestSites.Eager) { Answer = _ => OfferResolution.Reserved };
    private Instant _now = LogText.Start;
    private int _offset;

    [Fact]
    public void Wish_Reserved_IsOpenAndTheOwnRecordChangesNothing()
    {
        Offer();
        var record = Assert.Single(_worker.EndBatch());
        var step = Session.Step;
        Assert.Equal(RecordOutcome.Duplicate, _worker.Apply(record, _offset++));
        Assert.Equal((OfferStatus.Open, 1, step), (Session.Offer, Session.OffersMade, Session.Step));
    }

    [Fact]
    public void Lapse_Unseen_AllowsOneMoreAndThenNone()
    {
        Offer();
        Wait(46);
        Search();
        Assert.Equal([(OfferStatus.Withdrawn, "lapsed")], Closed());
        Assert.Equal(2, Session.OffersMade);
        Wait(46);
        Search();
        Assert.Equal((2, Blockers.OfferLimit), (Session.OffersMade, Session.Blockers));
    }

    [Fact]
    public void Lapse_Seen_IsANo()
    {
        Offer();
        Answer(InvitationAnswer.Shown);
        Wait(46);
        Search();
        Assert.Equal([(OfferStatus.Ignored, "lapsed")], Closed());
        Assert.Equal((1, Blockers.Ignored), (Session.OffersMade, Session.Blockers));
    }

    [Fact]
    public void Declined_EndsOffersForTheSession()
    {
        Offer();
        Answer(InvitationAnswer.Declined);
        for (var i = 0; i < 5; i++)
        {
            Wait(100);
            Search();
        }
        Assert.Equal((1, Blockers.Declined), (Session.OffersMade, Session.Blockers));
    }

    /// <summary>She said so with one event: it holds for the session, and is asked about nowhere else.</summary>
    [Fact]
    public void RefusedBefore_NothingIsWished_NorAsTheNextAgentComes()
    {
        _worker.Answer = _ => throw new InvalidOperationException("wished");
        Do("page_viewed", "\"privacy\":{\"consent\":true,\"noInvitation\":true}");
        Offer();
        Assert.Equal((VisitorState.Floundering, OfferStatus.None, 0, Blockers.Declined), (Session.State, Session.Offer, Session.OffersMade, Session.Blockers));
        Assert.False(_worker.Pipeline.HasWaiting(TestSites.Shop));
        var stored = _worker.Pipeline.Snapshot(Session);
        Assert.Equal(PrivacyScope.All, stored.Privacy);
        Assert.Empty(WhatIf.For(stored, TestSites.Site(TestSites.Shop), stored.AsOf, new AgentAvailability(1, 1), CopyLanguage.En, present: true));
    }

    [Fact]
    public void Order_WhileOpen_WithdrawsTheOffer()
    {
        Offer();
        Do("order_completed");
        Assert.Equal([(OfferStatus.Withdrawn, "order_completed")], Closed());
    }

    [Fact]
    public void PageLeft_FollowedByAnotherPage_KeepsTheOffer()
    {
        Offer();
        Do("page_left");
        Assert.True(Session.HasLeft);
        Wait(2);
        Do("page_viewed");
        Wait(20);
        Do("heartbeat");
        Assert.Equal((OfferStatus.Open, false), (Session.Offer, Session.HasLeft));
    }

    [Fact]
    public void PageLeft_FollowedByNothing_WithdrawsTheOffer()
    {
        Offer();
        Do("page_left");
        _worker.Apply(LogText.Tick(_now + TimeSpan.FromSeconds(18)), _offset++);
        Assert.Equal([(OfferStatus.Withdrawn, "left_site")], Closed());
    }

    [Fact]
    public void NobodyFree_AnAgentComes_DecidesAgain()
    {
        _worker.Answer = _ => OfferResolution.NobodyFree;
        Offer();
        Assert.Equal(Blockers.NobodyFree, Session.Blockers);
        Assert.True(_worker.Pipeline.HasWaiting(TestSites.Shop));
        _worker.Answer = _ => OfferResolution.Reserved;
        _worker.Apply(LogText.Tick(_now + TimeSpan.FromSeconds(5), TestSites.Shop, isAgentFree: true), _offset++);
        Assert.Equal((OfferStatus.Open, false), (Session.Offer, _worker.Pipeline.HasWaiting(TestSites.Shop)));
    }

    [Fact]
    public void Objection_IsKeptWithoutAScore()
    {
        var outcome = Do("search_performed", LogText.Search("x", 0) + ",\"privacy\":{\"consent\":true,\"dnt\":true}");
        Assert.Equal(RecordOutcome.Unscored, outcome);
        Assert.True(float.IsNaN(Session.Floundering));
        Assert.Equal(Blockers.Objected, Session.Blockers & Blockers.Objected);
        _worker.Apply(LogText.Tick(_now + TimeSpan.FromHours(1)), _offset++);
        Assert.Equal(-1, Assert.Single(_worker.Output.SessionsClosed).FeatureStart);
    }

    [Fact]
    public void Erased_EndsTheSessionWithoutARow()
    {
        Offer();
        _worker.Apply(EngineEventWriter.VisitorErased(TestSites.Shop, s_visitor, _now), _offset++);
        Assert.Null(_worker.Pipeline.Find(s_visitor));
        Assert.Equal((SessionEnd.Erased, -1), (_worker.Output.SessionsClosed[0].Cause, _worker.Output.SessionsClosed[0].FeatureStart));
        Assert.Empty(_worker.Output.Touched);
    }

    [Fact]
    public void Erased_WhatWasReceivedBeforeAndComesLater_IsIgnored()
    {
        var before = _now;
        Wait(10);
        _worker.Apply(EngineEventWriter.VisitorErased(TestSites.Shop, s_visitor, _now), _offset++);
        Assert.Equal(RecordOutcome.Ignored, _worker.Apply(LogText.Event("search_performed", before, "kept-back", LogText.Search("x", 0)), _offset++));
        Assert.Null(_worker.Pipeline.Find(s_visitor));
        Wait(1);
        Assert.Equal(RecordOutcome.Applied, Do("search_performed", LogText.Search("x", 0)));

        var rebuilt = new EngagementPipeline();
        rebuilt.RestoreErasure(s_visitor, _now);
        Assert.Equal(RecordOutcome.Ignored, rebuilt.Apply(LogText.Event("search_performed", before, "kept-back", LogText.Search("x", 0)), 0, TestSites.Eager, new()));
    }

    private Engagement.Core.Sessions.SessionState Session => _worker.Pipeline.Find(s_visitor)!;

    private void Offer()
    {
        for (var i = 0; i < 3; i++) Search();
    }

    private void Search() => Do("search_performed", LogText.Search($"return policy {_offset}", 0));

    private RecordOutcome Do(string type, string rest = "") => _worker.Apply(LogText.Event(type, _now, $"e{_offset}", rest), _offset++);

    private void Answer(InvitationAnswer answer) =>
        _worker.Apply(EngineEventWriter.Answered(TestSites.Shop, s_visitor, new OfferId(Session.Id, Session.OffersMade), answer, _now), _offset++);

    private void Wait(int seconds) => _now += TimeSpan.FromSeconds(seconds);

    private List<(OfferStatus, string)> Closed() => _worker.Output.OffersClosed.ConvertAll(o => (o.Outcome, o.Cause));
}
