namespace Engagement.Core.Sessions;

/// <summary>What is counted one by one.</summary>
internal enum ItemKind : byte { Product = 0, Article, Category }

/// <summary>
/// Visits of products, articles and categories, each in one 64-bit word: 53 bits of hash, 2 of kind, 9 of count. At most
/// <see cref="Limits.ItemsTracked"/> products and articles and half as many categories; what comes after is not told apart (counts saturate).
/// </summary>
internal static class ItemVisits
{
    private const int CountBits = 9;
    private const ulong CountMask = (1UL << CountBits) - 1;
    private const int KindBits = 2;
    private const int ItemsMax = Limits.ItemsTracked + Limits.ItemsTracked / 2;

    /// <summary>Counts a visit; the count with this one, 0 when the item is beyond the limit.</summary>
    public static int Add(SessionState session, ItemKind kind, ulong hash)
    {
        var key = ((hash >> (CountBits + KindBits)) << (CountBits + KindBits)) | ((ulong)kind << CountBits);
        var items = session.Arena.Values<ulong>(session.Items, session.ItemsCount);
        foreach (ref var item in items)
        {
            if ((item & ~CountMask) != key) continue;
            if ((item & CountMask) < CountMask) item++;
            return (int)(item & CountMask);
        }
        if (session.ItemsCount == ItemsMax || kind != ItemKind.Category && CountOthers(items) == Limits.ItemsTracked) return 0;
        if (kind == ItemKind.Category && items.Length - CountOthers(items) == ItemsMax - Limits.ItemsTracked) return 0;
        session.Arena.Reserve(ref session.Items, items.Length * sizeof(ulong), (items.Length + 1) * sizeof(ulong), bytesFirst: 4 * sizeof(ulong));
        session.ItemsCount++;
        session.Arena.Values<ulong>(session.Items, session.ItemsCount)[^1] = key | 1;
        return 1;
    }

    private static int CountOthers(ReadOnlySpan<ulong> items)
    {
        // Below the smaller limit neither can be reached: no need to count.
        if (items.Length < ItemsMax - Limits.ItemsTracked) return 0;
        var count = 0;
        foreach (var item in items)
        {
            if ((ItemKind)((item >> CountBits) & ((1 << KindBits) - 1)) != ItemKind.Category) count++;
        }
        return count;
    }
}
