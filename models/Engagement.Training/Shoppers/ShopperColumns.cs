using Engagement.Training.Data;

namespace Engagement.Training.Shoppers;

/// <summary>Which of a session's columns a model is told.</summary>
public enum ShopperFeatureSet
{
    /// <summary>All seventeen, as in published work.</summary>
    All,

    /// <summary>Without PageValues, which the shop computes from transactions.</summary>
    WithoutPageValues,

    /// <summary>Without PageValues, BounceRates and ExitRates: what an engine can know while the session lives.</summary>
    Live,
}

/// <summary>A session's columns as a tree wants them: as they are, ratios and products of two, and one column for each month and frequent traffic type. Row by row, so that nothing leaks.</summary>
internal static class ShopperColumns
{
    private const int Months = 12;
    private const int November = 10;
    private static readonly int[] Traffic = [1, 2, 3, 4, 5, 6, 8, 10, 11, 13, 20];

    public static float[] Of(ShopperRow row, ShopperFeatureSet set)
    {
        float At(string column) => row.Values[Array.IndexOf(ShopperReader.Columns, column)];
        var columns = new List<float>(60);
        foreach (var (name, told) in ShopperReader.Columns.Zip(row.Values))
        {
            if (IsTold(name, set)) columns.Add(told);
        }
        var (administrative, informational, product) = (At("Administrative"), At("Informational"), At("ProductRelated"));
        var seconds = At("Administrative_Duration") + At("Informational_Duration") + At("ProductRelated_Duration");
        var pages = administrative + informational + product;
        columns.AddRange(
            [Ratio(At("ProductRelated_Duration"), product), Ratio(At("Administrative_Duration"), administrative), pages, seconds, Ratio(seconds, pages), Ratio(product, pages)]);
        for (var month = 0; month < Months; month++) columns.Add(At("Month") == month ? 1 : 0);
        foreach (var type in Traffic) columns.Add(At("TrafficType") == type ? 1 : 0);
        if (set == ShopperFeatureSet.Live) return [.. columns];
        columns.AddRange([Ratio(At("BounceRates"), At("ExitRates")), At("BounceRates") * pages, At("ExitRates") * pages]);
        if (set == ShopperFeatureSet.WithoutPageValues) return [.. columns];
        var value = At("PageValues");
        columns.AddRange(
        [
            value * product, value * pages, value * At("ExitRates"), value * At("ProductRelated_Duration"), Ratio(value, product),
            At("Month") == November ? value : 0, At("VisitorType") == 0 ? value : 0,
        ]);
        return [.. columns];
    }

    private static bool IsTold(string column, ShopperFeatureSet set) => column switch
    {
        "PageValues" => set == ShopperFeatureSet.All,
        "BounceRates" or "ExitRates" => set != ShopperFeatureSet.Live,
        _ => true,
    };

    private static float Ratio(float part, float whole) => whole > 0 ? part / whole : float.NaN;
}
