using System.Text;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Engine.Stream.Embedded;

namespace Engagement.Engine.Delivery.Embedded;

/// <summary>
/// What each call of the store does, as one step inside the writer's transaction: look, decide, change, say. What is said waits until the
/// transaction is durable. Writer's thread only.
/// </summary>
internal sealed partial class DeliverySteps : IWriteParticipant
{
    private static readonly byte[] SlotFreed = Encoding.UTF8.GetBytes(DeliveryMessages.SlotFreed);

    private readonly EmbeddedDatabase _database;
    private readonly DeliveryView _view;
    private readonly EmbeddedPublisher _publisher;
    private readonly CheckpointStore _checkpoints;
    private readonly OfferRowStore _rows;
    private readonly PresenceRowStore _presence;
    private readonly QuestionStore _questions;
    private readonly TallyStore _tallies;
    private readonly DeliveryState _state = new();
    private readonly List<(string Channel, ReadOnlyMemory<byte> Message)> _outbox = [];
    private readonly List<PartitionCommit> _commits = [];
    private readonly List<VisitorAt> _erased = [];

    public DeliverySteps(EmbeddedDatabase database, DeliveryView view, EmbeddedPublisher publisher)
    {
        _database = database;
        _view = view;
        _publisher = publisher;
        _checkpoints = new CheckpointStore(database);
        _rows = new OfferRowStore(database);
        _presence = new PresenceRowStore(database);
        _questions = new QuestionStore(database);
        Rejects = new RejectKeyStore(database);
        _tallies = new TallyStore(database);
        Restore();
    }

    /// <summary>Keys of rejects: nothing of it is said to anybody, and nothing of it is in memory.</summary>
    public RejectKeyStore Rejects { get; }

    private Instant WallNow => Instant.FromDateTimeOffset(_database.Clock.GetUtcNow());

    public PartitionOwnership Take(int partition) => _checkpoints.Take(partition);

    public CommitOutcome Commit(PartitionCommit commit)
    {
        if (!_checkpoints.Owns(commit.Checkpoint.Partition, commit.Checkpoint.Epoch)) return CommitOutcome.Fenced;
        foreach (var delivery in commit.Offers) Deliver(delivery);
        foreach (var update in commit.Cards) Update(update);
        foreach (var ending in commit.Endings) End(ending);
        if (commit.Tallies.Count > 0) _tallies.Add(commit, WallNow);
        _checkpoints.Write(commit.Checkpoint);
        _commits.Add(commit);
        return CommitOutcome.Done;
    }

    public ReserveResult Reserve(ReserveRequest request)
    {
        var wallNow = WallNow;
        var site = _state.SiteOf(request.Site);
        var now = site.Now(wallNow, request.LogTime);
        var latest = _state.LatestOf(new VisitorAt(request.Site, request.Visitor));
        if (_state.Find(request.Offer) is { } same && same.IsActive(now)) return new ReserveResult(OfferResolution.Reserved, same.Agent, same.ExpiresAt);
        if (!OfferPolicy.AllowsAnother(latest, request.Offer, now)) return Refused(OfferResolution.AlreadyOffered);
        if (site.ChooseFree(wallNow, now, a => a.Fits(request.Language, request.Skill)) is not { } agent)
            return Refused(OfferResolution.NobodyFree) with { OthersAreFree = site.ChooseFree(wallNow, now) is not null };
        if (site.OffersInLastHour(now) >= request.OffersPerHourMax) return Refused(OfferResolution.OfferCap);
        if (request.HeldOut) return Refused(OfferResolution.Holdout);
        if (request.ObserveOnly) return Refused(OfferResolution.Observed);
        agent.GivenAt = now;
        // By the wisher's own log time: another partition of a replay may be ahead, and what a session is told must not hang on that.
        var expiresAt = (request.LogTime ?? now) + request.Lease;
        Change(_state.Find(request.Offer), new OfferRow
        {
            Id = request.Offer, Site = request.Site, Visitor = request.Visitor, Agent = agent.Name, Status = OfferStatus.Pending, ReservedAt = now,
            ExpiresAt = expiresAt, HeldUntil = expiresAt, WrittenAt = wallNow, LogClock = site.LivesByLogClock,
            Language = request.Language, Skill = request.Skill,
        });
        return new ReserveResult(OfferResolution.Reserved, agent.Name, expiresAt);
    }

    public AnswerOutcome Answer(AnswerRequest request)
    {
        var row = _state.Find(request.Offer);
        var (outcome, next) = OfferPolicy.Answer(row, request, _state.SiteOf(request.Site).Now(WallNow, request.LogTime));
        if (next is null) return outcome;
        Change(row, next);
        switch (next.Status)
        {
            case OfferStatus.Accepted:
                TellAgents(next, next.Content.FullCard);
                break;
            case OfferStatus.Declined or OfferStatus.Ignored:
                TellWithdrawn(next, next.Status == OfferStatus.Declined ? DeliveryMessages.Declined : DeliveryMessages.Ignored);
                break;
        }
        return outcome;
    }

    public ClaimResult Claim(string site, OfferId offer, string agent)
    {
        var row = _state.Find(offer);
        var fits = !_state.SiteOf(site).Agents.TryGetValue(agent, out var known) || known.Fits(row?.Language, row?.Skill);
        var (outcome, next) = OfferPolicy.Claim(row, site, agent, fits, _state.SiteOf(site).Now(WallNow, null));
        if (outcome == ClaimOutcome.NotFound) return new ClaimResult(outcome, null, default, default);
        if (next is not null)
        {
            next = Say(next, ConversationEntryWriter.Claimed(WallNow));
            Change(row, next);
            TellAgents(next, DeliveryMessages.CardClaimed(site, next.Id, agent));
            TellVisitor(next, DeliveryMessages.InvitationClaimed(next.Id));
        }
        var stands = next ?? row!;
        return new ClaimResult(outcome, stands.Holder, outcome == ClaimOutcome.Claimed ? stands.Content.FullCard : default, stands.Visitor);
    }

    public IReadOnlyList<OfferEnding> Sweep()
    {
        var wallNow = WallNow;
        var endings = new List<OfferEnding>();
        foreach (var site in _state.Sites)
        {
            foreach (var gone in site.Agents.Values.Where(a => !a.IsPresent(wallNow)).ToArray())
            {
                endings.AddRange(WithdrawOf(gone));
                endings.AddRange(ComeBackOf(gone, site.Now(wallNow, null)));
            }
        }
        foreach (var row in _state.Offers.ToArray())
        {
            var now = _state.SiteOf(row.Site).Now(wallNow, null);
            if (row.Status == OfferStatus.Accepted && row.HeldUntil <= now) endings.Add(GiveUp(row));
            else if (row.Status == OfferStatus.Accepted && (row.Course & OfferCourse.GoesOn) == 0 && OfferPolicy.GoesOnAt(row) <= now) GoOn(row);
            else if (wallNow - row.WrittenAt > Limits.OfferRetention) Change(row, null);
            else if (IsTranscriptOver(row, wallNow)) Change(row, row with { Log = ConversationLog.Empty });
        }
        _questions.Forget(wallNow);
        Rejects.Forget(wallNow);
        ForgetAgents(wallNow - Limits.OfferRetention);
        return endings;
    }

    public IReadOnlyList<OfferEnding> WithdrawAll(string site, string cause) =>
        [.. _state.Offers.Where(r => r.Site == site && r.IsUnanswered).ToArray().Select(r => Withdraw(r, cause)).OfType<OfferEnding>()];

    public EraseResult Erase(VisitorAt visitor)
    {
        var rows = _state.Offers.Where(r => r.VisitorAt == visitor).ToArray();
        foreach (var row in rows)
        {
            if (row.IsOnCards) TellWithdrawn(row, DeliveryMessages.Erased);
            if (!row.Log.Entries.IsEmpty) Say(row, ConversationEntryWriter.Closed(DeliveryMessages.Erased, WallNow));
            Change(row, null);
        }
        _questions.Forget(visitor);
        Rejects.Forget(visitor);
        var known = _view.FindAssessment(visitor) is not null;
        _erased.Add(visitor);
        return new EraseResult(known ? 1 : 0, rows.Length);
    }

    public AgentAvailability CountAvailability(string site)
    {
        var state = _state.SiteOf(site);
        _state.Touch(state);
        return state.Availability(WallNow).Availability;
    }

    void IWriteParticipant.Flush() { }

    void IWriteParticipant.Committed()
    {
        foreach (var change in _state.Changes) _view.Show(change, _state.LatestOf((change.After ?? change.Before)!.VisitorAt));
        foreach (var site in _state.Touched) ShowAvailability(site);
        foreach (var commit in _commits) _view.Put(commit);
        foreach (var visitor in _erased) _view.Forget(visitor);
        foreach (var (channel, message) in _outbox) _publisher.Publish(channel, message);
        Clear();
        _state.Committed();
    }

    void IWriteParticipant.RolledBack()
    {
        Clear();
        _state.RolledBack();
    }

    private void Restore()
    {
        foreach (var row in _rows.Load())
        {
            if (row.LogClock) _state.SiteOf(row.Site).Now(WallNow, row.ReservedAt);
            _state.Set(null, row);
        }
        foreach (var site in _state.Sites)
        {
            // Whoever holds something is waited for as long as a presence lasts.
            foreach (var agent in site.Agents.Values) agent.Report(PresenceStatus.Away, 0, WallNow);
        }
        foreach (var (said, pausedBy, seenAt) in _presence.Load(WallNow))
        {
            var site = _state.SiteOf(said.Site);
            var agent = site.Agent(said.Agent, seenAt);
            agent.Report(said, Instant.Min(seenAt, WallNow));
            agent.PausedBy = pausedBy;
            _state.Touch(site);
        }
        ((IWriteParticipant)this).Committed();
    }

    private void Deliver(OfferDelivery delivery)
    {
        var row = _state.Find(delivery.Offer);
        if (row is not null && row.Status != OfferStatus.Pending) return;
        var wallNow = WallNow;
        var site = _state.SiteOf(delivery.Site);
        var now = site.Now(wallNow, null);
        var open = new OfferRow
        {
            Id = delivery.Offer, Site = delivery.Site, Visitor = delivery.Visitor, Agent = delivery.Agent, Status = OfferStatus.Open,
            ReservedAt = row?.ReservedAt ?? now, ExpiresAt = delivery.ExpiresAt, HeldUntil = delivery.ExpiresAt, WrittenAt = wallNow,
            LogClock = site.LivesByLogClock, Content = OfferContent.From(delivery), Language = row?.Language, Skill = row?.Skill,
        };
        Change(row, open);
        if (open.HasLapsed(now)) return;
        TellAgents(open, open.Content.ReservedCard);
        TellVisitor(open, open.Content.Invitation);
    }

    private void Update(CardUpdate update)
    {
        if (_state.Find(update.Offer) is { Status: OfferStatus.Open or OfferStatus.Seen } row)
            Change(row, row with { Content = row.Content.WithFullCard(update.FullCard) });
    }

    private void End(OfferEnding ending)
    {
        if (_state.Find(ending.Offer) is not { IsUnanswered: true } row) return;
        var ended = row.End(ending.Outcome);
        Change(row, ended);
        if (row.Status != OfferStatus.Pending) TellWithdrawn(ended, ending.Cause);
    }

    /// <summary>Null where that is not to be told: what was only reserved is known to nobody, and its end would be told before the offer itself.</summary>
    private OfferEnding? Withdraw(OfferRow row, string cause)
    {
        var withdrawn = row.End(OfferStatus.Withdrawn);
        Change(row, withdrawn);
        if (row.Status == OfferStatus.Pending) return null;
        TellWithdrawn(withdrawn, cause);
        return new OfferEnding(row.Site, row.Visitor, row.Id, OfferStatus.Withdrawn, cause);
    }

    private OfferEnding GiveUp(OfferRow row)
    {
        Count(row.Site, Tally.Unclaimed);
        return EndUnserved(row, DeliveryMessages.Unclaimed);
    }

    /// <summary>Nobody came, or nobody stayed: she is told plainly, and may leave her question.</summary>
    private OfferEnding EndUnserved(OfferRow row, string cause)
    {
        var ended = Say(row.End(OfferStatus.Ended), ConversationEntryWriter.Closed(cause, WallNow));
        Change(row, ended);
        TellAgents(ended, DeliveryMessages.CardWithdrawn(ended.Site, ended.Id, cause));
        TellVisitor(ended, DeliveryMessages.InvitationUnclaimed(ended.Id));
        return new OfferEnding(row.Site, row.Visitor, row.Id, OfferStatus.Ended, cause);
    }

    private void Change(OfferRow? before, OfferRow? after)
    {
        after = after is null ? null : after with { WrittenAt = WallNow };
        if (after is not null && Tallies.Of(before?.Status ?? OfferStatus.None, after.Status) is { } tally) Count(after.Site, tally);
        _state.Set(before, after);
        _rows.Write(new OfferChange(before, after));
    }

    private void TellAgents(OfferRow row, ReadOnlyMemory<byte> message) => _outbox.Add((Channels.CardsOf(row.Site), message));

    private void TellVisitor(OfferRow row, ReadOnlyMemory<byte> message) => _outbox.Add((Channels.VisitorOf(row.Site, row.Visitor), message));

    private void TellWithdrawn(OfferRow row, string cause)
    {
        TellAgents(row, DeliveryMessages.CardWithdrawn(row.Site, row.Id, cause));
        TellVisitor(row, DeliveryMessages.InvitationWithdrawn(row.Id, cause));
    }

    private void ShowAvailability(SiteState site)
    {
        var wallNow = WallNow;
        var (availability, until) = site.Availability(wallNow);
        var logNow = site.LivesByLogClock ? site.Now(wallNow, null) : Instant.Start;
        var view = _view.SiteOf(site.Name);
        var rose = availability.FreeSlots > view.Availability.Value.FreeSlots;
        view.Availability = new AvailabilityView(availability, until, logNow);
        if (rose) _publisher.Publish(Channels.AvailabilityOf(site.Name), SlotFreed);
    }

    private void Clear()
    {
        _outbox.Clear();
        _commits.Clear();
        _erased.Clear();
    }

    private static ReserveResult Refused(OfferResolution resolution) => new(resolution, null, Instant.Never);
}
