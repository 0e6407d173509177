using System.Collections.Immutable;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Events;
using FsCheck;
using FsCheck.Fluent;

namespace Core.Tests.Pipeline;

/// <summary>
/// For any log and any checkpoint in it, a rebuild from {oldest live, splits} has the same live sessions as the uninterrupted run, and decides the same
/// after it.
/// </summary>
public sealed class RebuildTests
{
    private const int Visitors = 4;
    private static readonly int s_logs = Environment.GetEnvironmentVariable("ENGAGEMENT_LONG") == "1" ? 4_000 : 50;

    [Fact]
    public void Rebuild_AnyLogAnyPosition_GivesTheSameSessionsAndDecisions() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(s_logs), Prop.ForAll(Logs(), deeds => Holds(deeds, mixedCauses: false)));

    /// <summary>Why a wish was not granted is not in the log: then the sessions agree in all but that blocker.</summary>
    [Fact]
    public void Rebuild_CausesThatTheLogDoesNotTell_GivesTheSameSessions() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(s_logs / 2), Prop.ForAll(Logs(), deeds => Holds(deeds, mixedCauses: true)));

    private static bool Holds(Deed[] deeds, bool mixedCauses)
    {
        var live = new LiveRun(deeds, mixedCauses);
        for (var i = 0; i < live.Checkpoints.Count; i += Math.Max(1, live.Checkpoints.Count / 25)) Compare(live, live.Checkpoints[i], mixedCauses);
        return true;
    }

    private static void Compare(LiveRun live, Mark checkpoint, bool mixedCauses)
    {
        var position = checkpoint.Position;
        var rebuilt = new Worker(TestSites.Eager) { IsRebuilding = true, Recorded = live.Worker.Recorded };
        rebuilt.Pipeline.Restore(checkpoint.Splits);
        foreach (var record in live.Log.Take((int)checkpoint.OldestLive)) RestoreErasure(rebuilt, record);
        for (var offset = (int)checkpoint.OldestLive; offset < position; offset++) rebuilt.Apply(live.Log[offset], offset);
        rebuilt.EndBatch();
        rebuilt.Decisions.Clear();
        Same(checkpoint.Sessions(!mixedCauses), LiveRun.Describe(rebuilt, !mixedCauses), $"at {position}, read from {checkpoint.OldestLive}");

        for (var offset = position; offset < live.Log.Count; offset++) rebuilt.Apply(live.Log[offset], offset);
        rebuilt.EndBatch();
        Same(live.Checkpoints[^1].Sessions(!mixedCauses), LiveRun.Describe(rebuilt, !mixedCauses), $"at the end, rebuilt at {position}");
        if (!mixedCauses) Same(string.Join('\n', live.Worker.Decisions.Skip(checkpoint.Decisions)), string.Join('\n', rebuilt.Decisions), $"decisions after {position}");
    }

    /// <summary>What the index of erasures tells a host of what lies before the rebuild.</summary>
    private static void RestoreErasure(Worker rebuilt, byte[] record)
    {
        if (new VisitorEventReader().TryRead(record, out var e).IsOk && e.Type == EventType.VisitorErased) rebuilt.Pipeline.RestoreErasure(e.VisitorKey, e.ReceivedAt);
    }

    private static void Same(string expected, string actual, string where)
    {
        if (expected != actual) throw new InvalidOperationException($"{where}:\nlive    {expected}\nrebuilt {actual}");
    }

    private static Arbitrary<Deed[]> Logs() => Arb.From(Gen.ArrayOf(Deeds(), 70), Shrink);

    private static IEnumerable<Deed[]> Shrink(Deed[] deeds)
    {
        for (var size = deeds.Length / 2; size > 0; size /= 2)
        {
            for (var at = 0; at + size <= deeds.Length; at += size) yield return [.. deeds[..at], .. deeds[(at + size)..]];
        }
        for (var i = 0; i < deeds.Length; i++)
        {
            if (deeds[i].Skew != 0) yield return [.. deeds[..i], deeds[i] with { Skew = 0 }, .. deeds[(i + 1)..]];
            if (deeds[i].Behind != 0) yield return [.. deeds[..i], deeds[i] with { Behind = 0 }, .. deeds[(i + 1)..]];
        }
    }

    private static Gen<Deed> Deeds() =>
        from kind in Gen.Frequency(
            (30, Gen.Constant(DeedKind.Search)), (20, Gen.Constant(DeedKind.Product)), (8, Gen.Constant(DeedKind.Article)), (6, Gen.Constant(DeedKind.Rage)),
            (4, Gen.Constant(DeedKind.Order)), (8, Gen.Constant(DeedKind.Left)), (10, Gen.Constant(DeedKind.Heartbeat)), (10, Gen.Constant(DeedKind.Repeat)),
            (8, Gen.Constant(DeedKind.Tick)), (4, Gen.Constant(DeedKind.AgentFree)), (2, Gen.Constant(DeedKind.Erase)), (12, Gen.Constant(DeedKind.Answer)),
            (3, Gen.Constant(DeedKind.Burst)), (2, Gen.Constant(DeedKind.Asked)))
        from visitor in Gen.Choose(0, Visitors - 1)
        from gap in Gen.Frequency((50, Gen.Choose(0, 20)), (30, Gen.Choose(20, 150)), (15, Gen.Choose(150, 1900)), (3, Gen.Choose(1700, 1900)), (2, Gen.Choose(1900, 8000)))
        from skew in Gen.Frequency((80, Gen.Constant(0)), (10, Gen.Choose(-5, 5)), (5, Gen.Choose(-200, 200)), (5, Gen.Choose(-5000, 5000)))
        from behind in Gen.Frequency((70, Gen.Constant(0)), (15, Gen.Choose(-20, 20)), (15, Gen.Choose(-600, 5000)))
        from item in Gen.Choose(0, 7)
        select new Deed(kind, visitor, gap, skew, behind, item);

    private enum DeedKind { Search, Product, Article, Rage, Order, Left, Heartbeat, Repeat, Tick, AgentFree, Erase, Answer, Burst, Asked }

    /// <summary>Seconds: <paramref name="Gap"/> after the deed before, <paramref name="Skew"/> of the collector's clock, <paramref name="Behind"/> of the sender's.</summary>
    private sealed record Deed(DeedKind Kind, int Visitor, int Gap, int Skew, int Behind, int Item);

    private sealed record Mark(int Position, long OldestLive, ImmutableArray<CheckpointSplit> Splits, int Decisions, string WithBlockers, string Without)
    {
        public string Sessions(bool withBlockers) => withBlockers ? WithBlockers : Without;
    }

    /// <summary>The uninterrupted run, which writes the log as it goes.</summary>
    private sealed class LiveRun
    {
        private readonly Dictionary<int, List<string>> _ids = [];
        private Instant _time = LogText.Start;
        private int _batch;

        public LiveRun(Deed[] deeds, bool mixedCauses)
        {
            Worker.Answer = wish => ((wish.Offer.Session.Low + (ulong)(wish.Step * 7)) % 8) switch
            {
                0 or 1 or 2 => OfferResolution.Reserved,
                3 when wish.Offer.Session.Low % 5 == 0 => OfferResolution.Holdout,
                4 when wish.Offer.Session.Low % 5 == 1 => OfferResolution.Observed,
                5 when mixedCauses => OfferResolution.Stale,
                6 when mixedCauses => OfferResolution.AlreadyOffered,
                7 when mixedCauses => OfferResolution.Unavailable,
                _ => OfferResolution.NobodyFree,
            };
            MarkHere();
            foreach (var deed in deeds) Do(deed);
            EndBatch();
            EndBatch();
            MarkHere();
        }

        public Worker Worker { get; } = new(TestSites.Eager);
        public List<byte[]> Log { get; } = [];
        public List<Mark> Checkpoints { get; } = [];

        public static string Describe(Worker worker, bool withBlockers) =>
            string.Join('\n', Enumerable.Range(0, Visitors).Select(v => worker.Describe(LogText.Visitor(v), withBlockers)));

        private void Do(Deed deed)
        {
            _time += TimeSpan.FromSeconds(deed.Gap);
            var received = _time + TimeSpan.FromSeconds(deed.Skew);
            foreach (var record in Records(deed, received)) Apply(record);
            MarkHere();
            if (++_batch % 3 == 0) EndBatch();
        }

        private IEnumerable<byte[]> Records(Deed deed, Instant received)
        {
            switch (deed.Kind)
            {
                case DeedKind.Tick: return [LogText.Tick(received, deed.Item < 4 ? null : SiteOf(deed))];
                case DeedKind.AgentFree: return [LogText.Tick(received, SiteOf(deed), isAgentFree: true)];
                case DeedKind.Erase: return [EngineEventWriter.VisitorErased(SiteOf(deed), LogText.Visitor(deed.Visitor), received)];
                case DeedKind.Asked: return [EngineEventWriter.Asked(SiteOf(deed), LogText.Visitor(deed.Visitor), $"r{Log.Count}", received)];
                case DeedKind.Answer: return Answer(deed, received);
                case DeedKind.Burst: return Enumerable.Range(0, 170).Select(i => Record("page_viewed", deed, received + TimeSpan.FromMilliseconds(i), ""));
                case DeedKind.Search: return [Record("search_performed", deed, received, LogText.Search($"return policy {deed.Item / 2}", deed.Item % 3))];
                case DeedKind.Product: return [Record("product_viewed", deed, received, LogText.Product($"p{deed.Item % 3}", deed.Item * 10, $"c{deed.Item % 2}"))];
                case DeedKind.Article: return [Record("article_viewed", deed, received, LogText.Article($"a{deed.Item % 4}"))];
                // Now and then a visitor says so who said no on her device before.
                case DeedKind.Rage: return [Record("rage_clicked", deed, received, deed.Item == 7 ? "\"privacy\":{\"noInvitation\":true}" : "")];
                case DeedKind.Order: return [Record("order_completed", deed, received, "")];
                case DeedKind.Left: return [Record(deed.Item % 2 == 0 ? "page_left" : "page_hidden", deed, received, "")];
                case DeedKind.Heartbeat: return [Record("heartbeat", deed, received, "")];
                default: return [Record("page_viewed", deed, received, "", Repeated(deed))];
            }
        }

        private byte[] Record(string type, Deed deed, Instant received, string rest, string? id = null)
        {
            id ??= $"e{Log.Count}";
            if (!_ids.TryGetValue(deed.Visitor, out var ids)) _ids[deed.Visitor] = ids = [];
            ids.Add(id);
            return LogText.Event(type, received, id, rest, deed.Visitor, SiteOf(deed), received - TimeSpan.FromSeconds(deed.Behind));
        }

        private string? Repeated(Deed deed) =>
            _ids.TryGetValue(deed.Visitor, out var ids) && ids.Count > 0 ? ids[Math.Max(0, ids.Count - 1 - deed.Item)] : null;

        private IEnumerable<byte[]> Answer(Deed deed, Instant received)
        {
            var visitor = LogText.Visitor(deed.Visitor);
            if (Worker.Pipeline.Find(visitor) is not { OffersMade: > 0 } session) return [];
            var offer = new OfferId(session.Id, session.OffersMade);
            if (deed.Item < 6) return [EngineEventWriter.Answered(SiteOf(deed), visitor, offer, (InvitationAnswer)Math.Max(0, deed.Item - 2), received)];
            return [EngineEventWriter.Ended(new OfferEnding(SiteOf(deed), visitor, offer, OfferStatus.Withdrawn, "agent_left"), received)];
        }

        private static string SiteOf(Deed deed) => deed.Visitor switch { 0 => TestSites.Replay, 1 => TestSites.Help, _ => TestSites.Shop };

        private void EndBatch()
        {
            foreach (var record in Worker.EndBatch()) Apply(record);
        }

        private void Apply(byte[] record)
        {
            Worker.Apply(record, Log.Count);
            Log.Add(record);
            if (Log.Count % 50 == 0) MarkHere();
        }

        private void MarkHere() => Checkpoints.Add(new Mark(
            Log.Count, Worker.Pipeline.OldestLive(Log.Count), Worker.Pipeline.Splits(), Worker.Decisions.Count + Worker.Output.Decisions.Count,
            Describe(Worker, true), Describe(Worker, false)));
    }
}
