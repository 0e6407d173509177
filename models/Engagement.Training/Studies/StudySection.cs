using Engagement.Training.Evaluation;
using Engagement.Training.Report.Charts;

namespace Engagement.Training.Studies;

/// <summary>A study's part of the report, as data: writers turn it into HTML and Markdown and escape it. Immutable.</summary>
/// <param name="Prose">Paragraphs of plain text: what was measured on what, and what it cannot show.</param>
public sealed record StudySection(string Heading, IReadOnlyList<string> Prose, IReadOnlyList<FigureTable> Tables, IReadOnlyList<ChartSpec> Charts);

/// <summary>Figures that belong together.</summary>
/// <param name="Caption">What they were measured on: data, size, how held out.</param>
public sealed record FigureTable(string Caption, IReadOnlyList<FigureRow> Rows);

/// <summary>One measured figure with what it is held against.</summary>
/// <param name="Low">Lower end of the 95 % interval; NaN without one.</param>
/// <param name="High">Upper end; NaN without one.</param>
/// <param name="Goal">What was to be reached; NaN without one.</param>
/// <param name="Reference">Published, or a baseline's on the same rows; NaN without one.</param>
/// <param name="Command">Makes the figure again, from the checkout's root.</param>
public sealed record FigureRow(string Name, double Value, double Low, double High, double Goal, double Reference, string Command)
{
    /// <summary>Whether a goal is an upper bound, as of an error or a time. Default false.</summary>
    public bool LowerIsBetter { get; init; }

    /// <summary>Digits after the point, 0 to 6. Default 3.</summary>
    public int Digits { get; init; } = 3;

    /// <summary>Why the goal was missed, or what must be known to read the figure: one sentence. Default none.</summary>
    public string? Why { get; init; }

    /// <summary>Null without a goal; a figure that could not be measured reaches none. Compared as shown: rounded to <see cref="Digits"/>.</summary>
    public bool? IsReached => double.IsNaN(Goal) ? null
        : !double.IsNaN(Value) && (LowerIsBetter ? Rounded(Value) <= Rounded(Goal) : Rounded(Value) >= Rounded(Goal));

    /// <summary>A row of a statistic with its interval.</summary>
    public static FigureRow Of(string name, Interval figure, string command, double goal = double.NaN, double reference = double.NaN, string? why = null) =>
        new(name, figure.Value, figure.Low, figure.High, goal, reference, command) { Why = why };

    private double Rounded(double value) => Math.Round(value, Digits, MidpointRounding.AwayFromZero);
}
