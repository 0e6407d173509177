using Engagement.Core;
using Engagement.Core.Features;
using Engagement.Training.Rows;
using Engagement.Training.Trainers;

namespace Core.Tests.Training;

/// <summary>Sessions made up from a seed: who adds to the cart or comes back to a product buys more often.</summary>
internal static class GeneratedRows
{
    public static List<PrefixRow> Sessions(int count, int seed, Func<Random, bool, bool>? relabel = null)
    {
        var random = new Random(seed);
        var rows = new List<PrefixRow>();
        for (var session = 0; session < count; session++)
        {
            var interested = random.NextDouble() < 0.3;
            var converted = random.NextDouble() < (interested ? 0.6 : 0.05);
            converted = relabel?.Invoke(random, converted) ?? converted;
            var events = 1 + random.Next(8);
            float revisits = 0, cart = 0;
            for (var index = 1; index <= events; index++)
            {
                revisits += random.NextDouble() < (interested ? 0.4 : 0.1) ? 1 : 0;
                cart += random.NextDouble() < (interested ? 0.2 : 0.02) ? 1 : 0;
                var features = new float[FeatureSchema.Count];
                features[(int)Feature.ProductsViewed] = index;
                features[(int)Feature.ProductRevisits] = revisits;
                features[(int)Feature.CartAdditions] = cart;
                features[(int)Feature.PriceMean] = random.Next(4) == 0 ? float.NaN : (float)(random.NextDouble() * 100);
                features[(int)Feature.SecondsInSession] = (float)(random.NextDouble() * 60 * index);
                rows.Add(new PrefixRow($"user{session / 2}", new SessionId(1, (ulong)session), index, features, converted));
            }
        }
        return rows;
    }

    public static TrainingMatrix Matrix(List<PrefixRow> rows) => new(
        [.. rows.SelectMany(row => row.Features)], FeatureSchema.Count, [.. rows.Select(row => row.Converted ? 1f : 0f)],
        [.. rows.Select((_, i) => 0.5f + i % 3)]);
}
