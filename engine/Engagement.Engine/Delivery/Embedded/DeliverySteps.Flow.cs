using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;

namespace Engagement.Engine.Delivery.Embedded;

/// <content>The way of an accepted card: asked for, going on, coming back, handed over, wrapped up; and questions that were left.</content>
internal sealed partial class DeliverySteps
{
    public AskResult Ask(AskRequest request)
    {
        var wallNow = WallNow;
        var site = _state.SiteOf(request.Site);
        var now = site.Now(wallNow, null);
        if (_state.Find(request.Offer) is not null) return new AskResult(AskOutcome.Asked, request.Offer, null);
        var latest = _state.LatestOf(new VisitorAt(request.Site, request.Visitor));
        var stands = latest is not null && latest.IsActive(now) ? latest : null;
        if (stands is { IsUnanswered: false }) return new AskResult(AskOutcome.InConversation, stands.Id, null);
        // An invitation that stands open gives way, and its slot with it: she need not say yes to it first.
        var withdrawn = stands is null ? null : Withdraw(stands, DeliveryMessages.Asked);
        if (site.ChooseFree(wallNow, now, a => a.Fits(request.Language, request.Skill)) is not { } agent)
            return new AskResult(AskOutcome.NobodyFree, request.Offer, withdrawn);
        agent.GivenAt = now;
        var asked = new OfferRow
        {
            Id = request.Offer, Site = request.Site, Visitor = request.Visitor, Agent = agent.Name, Status = OfferStatus.Accepted, ReservedAt = now,
            ExpiresAt = now + Limits.ClaimGiveUpAfter, HeldUntil = now + Limits.ClaimGiveUpAfter, WrittenAt = wallNow, LogClock = site.LivesByLogClock,
            Content = new OfferContent(request.Invitation.ToArray(), default, request.FullCard.ToArray()), Language = request.Language,
            Skill = request.Skill, Course = OfferCourse.Asked,
        };
        Change(null, asked);
        Count(asked.Site, Tally.Asked);
        TellAgents(asked, asked.Content.FullCard);
        TellAgents(asked, DeliveryMessages.CardQueued(asked.Site, asked.Id, agent.Name, DeliveryMessages.Asked, asked.HeldUntil));
        TellVisitor(asked, asked.Content.Invitation);
        return new AskResult(AskOutcome.Asked, request.Offer, withdrawn);
    }

    public TransferOutcome Transfer(TransferRequest request)
    {
        if (_state.Find(request.Offer) is not { Status: OfferStatus.Claimed } row || row.Site != request.Site || row.Holder != request.Agent)
            return TransferOutcome.NotFound;
        var site = _state.SiteOf(request.Site);
        var now = site.Now(WallNow, null);
        var next = site.ChooseFree(WallNow, now, agent => agent.Name != request.Agent && (request.ToAgent is { } name
            ? agent.Name == name
            : agent.Skills.Contains(request.ToSkill!) && agent.Fits(row.Language, null)));
        if (next is null) return TransferOutcome.NobodyFree;
        next.GivenAt = now;
        var course = (row.Course & ~OfferCourse.GoesOn) | OfferCourse.HandedOver;
        var waits = Say(
            OfferPolicy.Requeue(row, next.Name, course, now) with { Skill = request.ToSkill ?? row.Skill },
            ConversationEntryWriter.Waiting(DeliveryMessages.Transferred, request.At));
        Change(row, waits);
        TellWaiting(waits, next.Name, DeliveryMessages.Transferred, Limits.ClaimGiveUpAfter);
        return TransferOutcome.Transferred;
    }

    public WrapUpResult WrapUp(WrapUpRequest request)
    {
        var (offer, agent) = (request.Offer, request.Agent);
        if (_state.Find(offer) is not { Status: OfferStatus.Claimed or OfferStatus.Ended } row || row.Site != request.Site || row.Holder != agent)
            return new(WrapUpOutcome.NotFound, default, false);
        if (row.WrapUp is { } known) return new(known.Outcome == request.Outcome ? WrapUpOutcome.Repeated : WrapUpOutcome.AlreadyWrappedUp, row.Visitor, false);
        var ended = row.Status == OfferStatus.Claimed && CloseConversation(request.Site, offer, Participant.Of(agent), request.At);
        row = _state.Find(offer)!;
        Change(row, row with { WrapUp = new StoredWrapUp(request.Outcome, request.Note) });
        if (Tallies.OfWrapUp(request.Outcome) is { } tally) Count(row.Site, tally);
        return new(WrapUpOutcome.Done, row.Visitor, ended);
    }

    public QuestionOutcome Leave(StoredQuestion question)
    {
        var (outcome, isNew) = _questions.Leave(question);
        if (isNew)
        {
            Count(question.Site, Tally.QuestionsLeft);
            TellOfQuestion(question.Site, question.Id, null);
        }
        return outcome;
    }

    public IReadOnlyList<StoredQuestion> Questions(string site) => _questions.Of(site, WallNow);

    public QuestionResult Take(string site, string id, string agent)
    {
        var result = _questions.Take(site, id, agent, WallNow);
        if (result.Outcome == QuestionOutcome.Done) TellOfQuestion(site, id, agent);
        return result;
    }

    public QuestionOutcome Finish(string site, string id, string agent)
    {
        var (outcome, isNew) = _questions.Finish(site, id, agent);
        if (isNew) Count(site, Tally.QuestionsAnswered);
        return outcome;
    }

    /// <summary>Kept for one so long, now all who fit may take it.</summary>
    private void GoOn(OfferRow row)
    {
        Change(row, row with { Course = row.Course | OfferCourse.GoesOn });
        TellAgents(row, DeliveryMessages.CardQueued(row.Site, row.Id, null, DeliveryMessages.GoesOn, WallNow + (Limits.ClaimGiveUpAfter - Limits.ClaimNextAfter)));
    }

    /// <summary>Conversations of an agent who disappeared.</summary>
    private List<OfferEnding> ComeBackOf(AgentState gone, Instant now)
    {
        var endings = new List<OfferEnding>();
        foreach (var row in gone.Held.Select(_state.Find).OfType<OfferRow>().Where(r => r.Status == OfferStatus.Claimed && r.Holder == gone.Name).ToArray())
        {
            if ((row.Course & OfferCourse.CameBack) != 0)
            {
                endings.Add(EndUnserved(row, DeliveryMessages.AgentLeft));
                continue;
            }
            var waits = Say(
                OfferPolicy.Requeue(row, gone.Name, row.Course | OfferCourse.CameBack | OfferCourse.GoesOn, now),
                ConversationEntryWriter.Waiting(DeliveryMessages.AgentLeft, WallNow));
            Change(row, waits);
            TellWaiting(waits, null, DeliveryMessages.AgentLeft, Limits.ClaimGiveUpAfter);
        }
        return endings;
    }

    private void TellWaiting(OfferRow row, string? agent, string cause, TimeSpan patience)
    {
        TellAgents(row, DeliveryMessages.CardQueued(row.Site, row.Id, agent, cause, WallNow + patience));
        TellVisitor(row, DeliveryMessages.ConversationWaits(row.Id, cause));
    }

    private void TellOfQuestion(string site, string id, string? agent) =>
        _outbox.Add((Channels.CardsOf(site), DeliveryMessages.Question(site, id, agent)));
}
