using System.Runtime.CompilerServices;

namespace Engagement.Core.Sessions;

/// <summary>How a query stands to the session's earlier ones.</summary>
internal readonly record struct QueryComparison(float Similarity, bool IsRepeated, bool IsSimilar, bool IsSimilarWithinFiveMinutes);

/// <summary>The last <see cref="Limits.QueriesCompared"/> queries of a session as a ring of signatures.</summary>
internal static class QueryHistory
{
    private const int FiveMinutesMs = 5 * 60 * 1000;

    /// <summary>Compares with the earlier ones, then keeps it. <paramref name="searchesBefore"/> searches were kept before.</summary>
    public static QueryComparison Add(SessionState session, in QuerySignature query, int searchesBefore)
    {
        var kept = Math.Min(searchesBefore, Limits.QueriesCompared);
        var comparison = Compare(session.Arena.Values<QuerySignature>(session.Queries, kept), query);
        var slots = Math.Min(searchesBefore + 1, Limits.QueriesCompared);
        session.Arena.Reserve(ref session.Queries, kept * Unsafe.SizeOf<QuerySignature>(), slots * Unsafe.SizeOf<QuerySignature>(),
            bytesFirst: 2 * Unsafe.SizeOf<QuerySignature>());
        session.Arena.Values<QuerySignature>(session.Queries, slots)[searchesBefore % Limits.QueriesCompared] = query;
        return comparison;
    }

    private static QueryComparison Compare(ReadOnlySpan<QuerySignature> earlier, in QuerySignature query)
    {
        var most = 0f;
        bool repeated = false, similar = false, recently = false;
        foreach (ref readonly var other in earlier)
        {
            var similarity = query.SimilarityTo(other);
            most = Math.Max(most, similarity);
            if (query.Hash == other.Hash) repeated = true;
            if (similarity < QuerySignature.SimilarFrom && !query.IsPartOf(other)) continue;
            similar = true;
            if (query.At - other.At <= FiveMinutesMs) recently = true;
        }
        return new QueryComparison(most, repeated, similar && !repeated, recently);
    }
}
