using System.Text;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Features;
using Engagement.Training.Own;

namespace Core.Tests.Training;

/// <summary>Outcome records of a made-up site from a seed: who comes back to a product orders more often.</summary>
internal static class OwnOutcomes
{
    public static List<OutcomeRecord> Records(int count, int seed, Func<Random, bool, bool>? relabel = null, string site = "shop")
    {
        var random = new Random(seed);
        var began = Instant.FromDateTimeOffset(new DateTimeOffset(2026, 9, 1, 0, 0, 0, TimeSpan.Zero));
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var interested = random.NextDouble() < 0.4;
            var ordered = random.NextDouble() < (interested ? 0.7 : 0.05);
            ordered = relabel?.Invoke(random, ordered) ?? ordered;
            var drawn = new float?[FeatureSchema.Count];
            Array.Fill(drawn, 0f);
            drawn[(int)Feature.ProductRevisits] = random.Next(0, 2) + (interested ? random.Next(1, 4) : 0);
            drawn[(int)Feature.SecondsInSession] = random.Next(0, 900);
            drawn[(int)Feature.PriceMean] = random.Next(4) == 0 ? null : random.Next(5, 90);
            var last = (float?[])drawn.Clone();
            last[(int)Feature.OrdersCompleted] = ordered ? 1 : 0;
            return Record($"{seed:x4}{i:x12}", site, new Instant(began.UnixMs + i / 10 * 3_600_000L), ordered ? 1 : 0, drawn, last);
        })];
    }

    public static OutcomeRecord Record(string id, string site, Instant hour, int orders, float?[] drawn, float?[] last, OfferStatus offer = OfferStatus.None) => new()
    {
        Id = id,
        Site = site,
        Hour = hour,
        DurationSeconds = 300,
        Events = 9,
        State = VisitorState.Unknown,
        PeakState = VisitorState.Unknown,
        Offer = offer,
        OffersMade = 0,
        Orders = orders,
        Probabilities = new StateNumbers(0.1, 0.1),
        Cause = SessionEnd.Gap,
        ModelVersion = new ModelVersions(null, null),
        PolicyVersion = "default",
        FeatureSchema = FeatureSchema.Hash,
        Features = [.. last],
        Drawn = new DrawnRow(3, 9, [.. drawn]),
    };

    public static OwnRows Read(IEnumerable<string> lines, OwnState state = OwnState.Purposeful, string? site = null) =>
        new OutcomeReader(state).Read(new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines))), site);

    public static IEnumerable<string> Lines(IEnumerable<OutcomeRecord> records) => records.Select(r => Encoding.UTF8.GetString(r.ToJson()));
}
