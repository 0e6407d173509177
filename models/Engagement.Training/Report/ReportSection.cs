using System.Globalization;
using Engagement.Training.Studies;

namespace Engagement.Training.Report;

/// <summary>A section with the names of its pictures' files beside <c>index.html</c>.</summary>
internal sealed record ReportSection(string Name, StudySection Section, IReadOnlyList<string> Pictures)
{
    public IEnumerable<FigureRow> Rows => Section.Tables.SelectMany(table => table.Rows);

    /// <summary>A figure with its interval, as both writers show it.</summary>
    public static string Text(FigureRow row) => double.IsNaN(row.Value) ? "not measured"
        : double.IsNaN(row.Low) || double.IsNaN(row.High) ? Number(row.Value, row)
        : $"{Number(row.Value, row)} ({Number(row.Low, row)} to {Number(row.High, row)})";

    /// <summary>A goal with its direction; empty without one.</summary>
    public static string Goal(FigureRow row) => double.IsNaN(row.Goal) ? "" : $"{(row.LowerIsBetter ? "≤" : "≥")} {Number(row.Goal, row)}";

    public static string Reference(FigureRow row) => double.IsNaN(row.Reference) ? "" : Number(row.Reference, row);

    public static string Verdict(FigureRow row) => row.IsReached switch { true => "reached", false => "missed", null => "" };

    /// <summary>Why a goal was missed. A miss without a reason says that none was given: nothing is passed over in silence.</summary>
    public static string? Why(FigureRow row) => row.Why ?? (row.IsReached == false ? "No reason is stated." : null);

    private static string Number(double value, FigureRow row) => value.ToString("F" + row.Digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
