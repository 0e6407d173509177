using System.Globalization;
using System.Text;

namespace Engagement.Training.Data;

/// <summary>One finished session of UCI 468.</summary>
/// <param name="Group">Equal for rows of equal features: they must lie in one fold. As text, whom a bootstrap draws by.</param>
/// <param name="Values">By <see cref="ShopperReader.Columns"/>; Month 0 to 11, VisitorType 0 new, 1 returning, 2 other, Weekend 0 or 1.</param>
public sealed record ShopperRow(string Group, float[] Values, bool Purchased);

/// <summary>
/// Reads UCI 468, Online Shoppers Purchasing Intention (Sakar et al. 2019): a header and one row a finished session. The columns may stand in any order.
/// </summary>
public static class ShopperReader
{
    public static readonly string[] Columns =
    [
        "Administrative", "Administrative_Duration", "Informational", "Informational_Duration", "ProductRelated", "ProductRelated_Duration", "BounceRates", "ExitRates",
        "PageValues", "SpecialDay", "Month", "OperatingSystems", "Browser", "Region", "TrafficType", "VisitorType", "Weekend",
    ];

    private const string Outcome = "Revenue";
    private static readonly string[] Months = ["Jan", "Feb", "Mar", "Apr", "May", "June", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    private static readonly string[] Visitors = ["New_Visitor", "Returning_Visitor", "Other"];

    /// <summary>Throws <see cref="TrainingException"/> that names the missing columns, or the line and column at fault.</summary>
    public static List<ShopperRow> Read(string path)
    {
        if (!File.Exists(path)) throw new TrainingException($"There is no file {path}.");
        using var file = new StreamReader(path, Encoding.UTF8);
        var header = file.ReadLine()?.Split(',') ?? throw new TrainingException($"{path} is empty.");
        string[] missing = [.. Columns.Append(Outcome).Where(column => !header.Contains(column))];
        if (missing.Length > 0) throw new TrainingException($"{path} lacks the columns {string.Join(", ", missing)}: it is not UCI 468.");
        int[] places = [.. Columns.Select(column => Array.IndexOf(header, column))];
        var outcome = Array.IndexOf(header, Outcome);
        var rows = new List<ShopperRow>();
        for (var line = 2; file.ReadLine() is { } text; line++)
        {
            var fields = text.Split(',');
            if (fields.Length != header.Length) throw new TrainingException($"{path}, line {line}: {fields.Length} fields instead of {header.Length}.");
            var values = new float[Columns.Length];
            for (var i = 0; i < values.Length; i++)
                values[i] = ValueOf(Columns[i], fields[places[i]]) ?? throw Fault(path, line, Columns[i], fields[places[i]]);
            var purchased = Truth(fields[outcome]) ?? throw Fault(path, line, Outcome, fields[outcome]);
            rows.Add(new ShopperRow(string.Join(',', values.Select(value => value.ToString("R", CultureInfo.InvariantCulture))), values, purchased > 0));
        }
        return rows.Count > 0 ? rows : throw new TrainingException($"{path} holds no row.");
    }

    private static TrainingException Fault(string path, int line, string column, string text) =>
        new($"{path}, line {line}: {column} is '{text}', which is not one of its values.");

    private static float? ValueOf(string column, string text) => column switch
    {
        "Month" => IndexIn(Months, text),
        "VisitorType" => IndexIn(Visitors, text),
        "Weekend" => Truth(text),
        // NaN and infinity parse as floats, but no session has them. A duration of -1 stands for none.
        _ => float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && float.IsFinite(value) ? value : null,
    };

    private static float? IndexIn(string[] names, string text) => Array.IndexOf(names, text) is >= 0 and var index ? index : null;

    private static float? Truth(string text) => text switch { "TRUE" => 1f, "FALSE" => 0f, _ => null };
}
