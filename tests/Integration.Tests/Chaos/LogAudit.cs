using System.Globalization;
using System.Text;
using System.Text.Json;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Events;
using Engagement.Core.Sites;
using Integration.Tests.Kill;

namespace Integration.Tests.Chaos;

/// <summary>What the finished log says of the run: every fault that is found, in words.</summary>
internal sealed class LogAudit
{
    /// <summary>Why an offer was refused at its moment is not in the log, and may be told otherwise after a restart.</summary>
    private static readonly string[] Refusals = ["stale", "nobody_free", "already_offered", "offer_cap", "unavailable"];

    private readonly Dictionary<string, int> _lastOf = [];
    private readonly Dictionary<SessionId, EventType> _answers = [];
    private readonly Dictionary<VisitorKey, HashSet<OfferId>> _offersOf = [];

    /// <summary>Where two owners of a partition decided the same step, the later one's stands.</summary>
    private readonly Dictionary<string, LoggedVerdict> _verdicts = [];
    private readonly Dictionary<string, long> _epochs = [];

    private LogAudit() { }

    /// <summary>Records of offers that their writer, who had lost the partition, brought too late: they count for nothing.</summary>
    public int OffersLate { get; private set; }

    public List<string> Faults { get; } = [];

    /// <summary>Ids of events in the log.</summary>
    public HashSet<string> EventIds { get; } = [];

    /// <summary>Offers recorded, each with how often.</summary>
    public Dictionary<OfferId, int> Offers { get; } = [];

    /// <summary>Offers that the log says were accepted.</summary>
    public HashSet<OfferId> Accepted { get; } = [];

    public int Decisions => _verdicts.Count;
    public int DecisionRecords { get; private set; }

    /// <param name="durableTo">By partition the offset below which every decision must be there.</param>
    public static async Task<LogAudit> OfAsync(IEventLog log, IReadOnlyDictionary<int, long> durableTo, SiteCatalog sites)
    {
        var audit = new LogAudit();
        for (var partition = 0; partition < log.PartitionCount; partition++)
        {
            var fence = new EpochFence();
            foreach (var record in await UninterruptedRun.ReadAllAsync(log, Topics.Events, partition)) audit.Note(record.Span, fence);
            foreach (var record in await UninterruptedRun.ReadAllAsync(log, Topics.Decisions, partition)) audit.Note(record);
        }
        foreach (var (visitor, offers) in audit._offersOf.Where(v => v.Value.Count > Limits.OffersPerSessionMax)) audit.Faults.Add($"{visitor} was offered {offers.Count} times");
        audit.Compare(await UninterruptedRun.OfAsync(log, sites), durableTo);
        return audit;
    }

    private void Note(ReadOnlySpan<byte> record, EpochFence fence)
    {
        Assert.True(new VisitorEventReader().TryRead(record, out var e).IsOk, Encoding.UTF8.GetString(record));
        if (!fence.Admits(e))
        {
            OffersLate++;
            return;
        }
        switch (e.Type)
        {
            case < EventType.InvitationOffered:
                NoteEvent(Encoding.UTF8.GetString(e.Id));
                break;
            case EventType.InvitationOffered:
                NoteOffer(e);
                break;
            case EventType.InvitationDeclined or EventType.InvitationIgnored or EventType.InvitationAccepted:
                _answers.TryAdd(e.OfferSession, e.Type);
                if (e.Type == EventType.InvitationAccepted) Accepted.Add(new OfferId(e.OfferSession, e.OfferOrdinal));
                break;
        }
    }

    /// <summary>A repeat says nothing new; what is new of a visitor follows on what was there.</summary>
    private void NoteEvent(string id)
    {
        if (!EventIds.Add(id)) return;
        var dash = id.LastIndexOf('-');
        var (visitor, number) = (id[..dash], int.Parse(id.AsSpan(dash + 1), CultureInfo.InvariantCulture));
        var last = _lastOf.GetValueOrDefault(visitor, -1);
        if (number != last + 1) Faults.Add($"{id} came after {visitor}-{last}");
        _lastOf[visitor] = number;
    }

    private void NoteOffer(in VisitorEvent e)
    {
        var offer = new OfferId(e.OfferSession, e.OfferOrdinal);
        Offers[offer] = Offers.GetValueOrDefault(offer) + 1;
        if (Offers[offer] > 1) return;
        if (_answers.TryGetValue(e.OfferSession, out var answer)) Faults.Add($"{offer} was made after {answer}");
        if (!_offersOf.TryGetValue(e.VisitorKey, out var offers)) _offersOf[e.VisitorKey] = offers = [];
        offers.Add(offer);
    }

    private void Note(ReadOnlyMemory<byte> record)
    {
        DecisionRecords++;
        using var json = JsonDocument.Parse(record);
        var root = json.RootElement;
        var verdict = new LoggedVerdict(root.GetProperty("state").GetString()!, string.Join(' ', Texts(root, "reasons")), Standing(Texts(root, "blockers")));
        var (id, epoch) = (root.GetProperty("id").GetString()!, root.GetProperty("epoch").GetInt64());
        if (_verdicts.TryGetValue(id, out var known) && _epochs[id] == epoch && known != verdict) Faults.Add($"{id} was decided twice in epoch {epoch}, differently: {known} and {verdict}");
        if (_epochs.GetValueOrDefault(id) <= epoch) (_verdicts[id], _epochs[id]) = (verdict, epoch);
    }

    /// <summary>
    /// None of the uninterrupted run's decisions is missing, up to where the workers' effects were durable; every one in the log is alike at that step.
    /// </summary>
    private void Compare(UninterruptedRun run, IReadOnlyDictionary<int, long> durableTo)
    {
        foreach (var (id, (partition, offset, change)) in run.Changes)
        {
            if (offset < durableTo[partition] && !_verdicts.ContainsKey(id) && !IsRefusalAgain(change))
                Faults.Add($"{id} is missing: an uninterrupted run decides at {partition}@{offset} {change.State} {change.Reasons} but {change.Blockers}, offer {change.OfferOrdinal} {change.Offer}");
        }
        foreach (var (id, verdict) in _verdicts)
        {
            if (run.Changes.TryGetValue(id, out var decided))
            {
                var expected = new LoggedVerdict(Codes.Of(decided.Change.State), string.Join(' ', Codes.Of(Codes.Split(decided.Change.Reasons))), Standing(Codes.Of(Codes.Split(decided.Change.Blockers))));
                if (verdict != expected) Faults.Add($"{id} {verdict}: an uninterrupted run says {expected}");
            }
            else if (!run.Steps.TryGetValue(id, out var state)) Faults.Add($"{id} {verdict}: an uninterrupted run knows no such step");
            else if (Codes.Of(state) != verdict.State) Faults.Add($"{id} {verdict}: an uninterrupted run says {state}");
        }
    }

    /// <summary>
    /// A refusal that is told only where its reason changes: the live run knew another reason, which did not change, and said so at the step before.
    /// </summary>
    private bool IsRefusalAgain(in DecisionChange change)
    {
        if (Standing(Codes.Of(Codes.Split(change.Blockers))).Length > 0) return false;
        for (var step = change.Id.Step - 1; step > 0; step--)
            if (_verdicts.TryGetValue(new DecisionId(change.Id.Session, step).ToString(), out var before)) return before.State == Codes.Of(change.State) && before.Blockers.Length == 0;
        return false;
    }

    /// <summary>The blockers but for why an offer was refused.</summary>
    private static string Standing(IEnumerable<string> blockers) => string.Join(' ', blockers.Except(Refusals));

    private static IEnumerable<string> Texts(JsonElement json, string name) => json.GetProperty(name).EnumerateArray().Select(t => t.GetString()!);

    private sealed record LoggedVerdict(string State, string Reasons, string Blockers);
}
