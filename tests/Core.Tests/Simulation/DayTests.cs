using System.Security.Cryptography;
using System.Text;
using Core.Tests.Pipeline;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Events;
using Xunit.Abstractions;

namespace Core.Tests.Simulation;

/// <summary>A simulated day keeps the promises, whatever the network does. The seed is printed: a failure is replayed by it.</summary>
public sealed class DayTests(ITestOutputHelper output)
{
    private static readonly bool s_isLong = Environment.GetEnvironmentVariable("ENGAGEMENT_LONG") == "1";

    public static TheoryData<int> Seeds => s_isLong ? [1, 2, 3, 4, 5, 20261122] : [20261122];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Day_AnySeed_KeepsThePromises(int seed)
    {
        output.WriteLine($"seed {seed}");
        var day = new Run(seed, s_isLong ? 20_000 : 3_000);
        day.ReadAll();
        day.AssertPromises();
        output.WriteLine(day.Summary);

        var replay = new Worker(TestSites.Eager) { IsRebuilding = true, Recorded = day.Worker.Recorded };
        for (var i = 0; i < day.Log.Count; i++)
        {
            replay.Apply(day.Log[i], i);
            if (i % 512 == 0) replay.EndBatch();
        }
        replay.EndBatch();
        Assert.Equal(Hash(day.Worker.Decisions), Hash(replay.Decisions));
    }

    private static string Hash(List<DecisionChange> decisions)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var decision in decisions) hash.AppendData(Encoding.UTF8.GetBytes(decision.ToString()));
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>A worker reads the day; visitors answer the offers that they get.</summary>
    private sealed class Run
    {
        private readonly Random _random;
        private readonly SimulatedDay _day;
        private readonly Dictionary<SessionId, Instant> _lastStep = [];
        private readonly HashSet<SessionId> _declined = [];
        private readonly long[] _outcomes = new long[Enum.GetValues<RecordOutcome>().Length];
        private int _decisionsSeen;

        public Run(int seed, int visitors)
        {
            _random = new Random(seed);
            _day = new SimulatedDay(seed, visitors);
            Worker.Answer = wish =>
            {
                Assert.DoesNotContain(wish.Offer.Session, _declined);
                return _random.Next(4) switch { 0 => OfferResolution.NobodyFree, 1 when wish.Offer.Ordinal == 1 => OfferResolution.Holdout, _ => OfferResolution.Reserved };
            };
        }

        public Worker Worker { get; } = new(TestSites.Eager);
        public List<byte[]> Log { get; } = [];
        public string Summary => $"{Log.Count} records, {Worker.SessionsClosed.Count} sessions, {Worker.Decisions.Count} decisions, {Worker.Offers.Count} offers, {_declined.Count} declined";

        public void ReadAll()
        {
            var last = LogText.Start;
            foreach (var record in _day.Records())
            {
                Apply(record);
                if (Log.Count % 8 == 0) EndBatch();
            }
            EndBatch();
            // The day is over: idle partitions tick until no timer waits.
            for (last = Worker.Pipeline.NextDue; last != Instant.Never; last = Worker.Pipeline.NextDue)
            {
                Apply(LogText.Tick(last + Limits.WatermarkGrace + TimeSpan.FromMilliseconds(1)));
                EndBatch();
            }
        }

        public void AssertPromises()
        {
            Assert.Equal(0, Worker.Pipeline.SessionCount);
            Assert.Equal(Log.Count, _outcomes.Sum());
            foreach (var outcome in Enum.GetValues<RecordOutcome>()) Assert.Equal(_outcomes[(int)outcome], Worker.Pipeline.CountOf(outcome));
            Assert.Equal(Log.Count, (int)Worker.Pipeline.OldestLive(Log.Count));
            Assert.Empty(Worker.Pipeline.Splits());

            var ids = Worker.SessionsClosed.ConvertAll(s => s.Session);
            Assert.Equal(ids.Count, ids.Distinct().Count());
            Assert.Equal(Worker.Offers.Count, Worker.Offers.Distinct().Count());
            Assert.All(Worker.Offers.GroupBy(o => o.Session), offers => Assert.InRange(offers.Count(), 1, Limits.OffersPerSessionMax));
            Assert.True(Worker.Offers.Count > 50, "a day without offers proves nothing");
            Assert.True(_declined.Count > 10, "a day without declines proves nothing");
            Assert.True(_outcomes[(int)RecordOutcome.Duplicate] > 10, "a day without duplicates proves nothing");
        }

        private void Apply(byte[] record)
        {
            _outcomes[(int)Worker.Apply(record, Log.Count)]++;
            Log.Add(record);
            foreach (var decision in Worker.Output.Decisions.Skip(_decisionsSeen)) Check(decision);
            _decisionsSeen = Worker.Output.Decisions.Count;
        }

        private void Check(DecisionChange decision)
        {
            Assert.True(!_lastStep.TryGetValue(decision.Id.Session, out var last) || decision.At >= last, $"{decision.Id} goes back in time");
            _lastStep[decision.Id.Session] = decision.At;
        }

        private void EndBatch()
        {
            var offersBefore = Worker.Offers.Count;
            var records = Worker.EndBatch();
            _decisionsSeen = 0;
            foreach (var record in records) Apply(record);
            foreach (var offer in Worker.Offers[Math.Max(0, offersBefore - records.Count)..]) Answer(offer);
        }

        private void Answer(OfferId offer)
        {
            var number = _random.Next(6);
            if (number > 2) return;
            var recorded = Worker.Recorded.First(r => r.Key.Offer == offer && r.Value.Resolution == OfferResolution.Reserved).Value;
            var visitor = VisitorOf(offer.Session);
            if (visitor is null) return;
            var at = recorded.ExpiresAt - TimeSpan.FromSeconds(40);
            Apply(EngineEventWriter.Answered(TestSites.Shop, visitor.Value, offer, InvitationAnswer.Shown, at));
            if (number == 0) return;
            var answer = number == 1 ? InvitationAnswer.Declined : InvitationAnswer.Accepted;
            Apply(EngineEventWriter.Answered(TestSites.Shop, visitor.Value, offer, answer, at));
            if (answer == InvitationAnswer.Declined && Worker.Pipeline.Find(visitor.Value)?.Id == offer.Session) _declined.Add(offer.Session);
        }

        private VisitorKey? VisitorOf(SessionId session) => _visitors.TryGetValue(session, out var visitor) ? visitor : Remember(session);

        private readonly Dictionary<SessionId, VisitorKey> _visitors = [];

        private VisitorKey? Remember(SessionId session)
        {
            foreach (var decision in Worker.Decisions) _visitors.TryAdd(decision.Id.Session, decision.Visitor);
            return _visitors.TryGetValue(session, out var visitor) ? visitor : null;
        }
    }
}
