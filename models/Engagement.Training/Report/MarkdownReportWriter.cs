using System.Text;
using Engagement.Training.Studies;

namespace Engagement.Training.Report;

/// <summary>Writes all figures as Markdown tables, between two markers of a file that people wrote around them.</summary>
internal static class MarkdownReportWriter
{
    public const string Begin = "<!-- figures: begin, written by `reproduce` -->";
    public const string End = "<!-- figures: end -->";

    /// <summary>The file with what stands between the markers replaced. Throws <see cref="TrainingException"/> when it does not have both, in order.</summary>
    public static string Replace(ReadOnlySpan<byte> file, IReadOnlyList<ReportSection> sections)
    {
        var text = Encoding.UTF8.GetString(file);
        var from = text.IndexOf(Begin, StringComparison.Ordinal);
        var to = text.IndexOf(End, StringComparison.Ordinal);
        if (from < 0 || to < from) throw new TrainingException($"README.md of the models has no lines {Begin} and {End} to write between.");
        return text[..(from + Begin.Length)] + "\n" + Write(sections) + text[to..];
    }

    /// <summary>One heading, its tables, what was missed and why, and the commands for each study.</summary>
    public static string Write(IReadOnlyList<ReportSection> sections)
    {
        var text = new StringBuilder();
        var rows = sections.SelectMany(section => section.Rows).ToList();
        Line(text, $"{rows.Count} figures; of {rows.Count(row => row.IsReached is not null)} goals {rows.Count(row => row.IsReached == true)} reached, {rows.Count(row => row.IsReached == false)} missed. In brackets 95 % intervals.");
        foreach (var section in sections) Write(text, section);
        return text.ToString();
    }

    private static void Write(StringBuilder text, ReportSection section)
    {
        Line(text, $"\n### {Escaped(section.Section.Heading)}");
        foreach (var table in section.Section.Tables)
        {
            Line(text, $"\n{Escaped(table.Caption)}\n");
            Line(text, "| figure | measured | goal | reference | |");
            Line(text, "|---|---|---|---|---|");
            foreach (var row in table.Rows)
                Line(text, $"| {Escaped(row.Name)} | {ReportSection.Text(row)} | {ReportSection.Goal(row)} | {ReportSection.Reference(row)} | {ReportSection.Verdict(row)} |");
        }
        var remarks = section.Rows.Where(row => ReportSection.Why(row) is not null).GroupBy(row => ReportSection.Why(row)!).ToList();
        if (remarks.Count > 0) Line(text, "");
        foreach (var remark in remarks) Line(text, $"- {Escaped(string.Join(", ", remark.Select(row => row.Name)))}: {Escaped(remark.Key)}");
        Line(text, "\n```");
        foreach (var command in section.Rows.Select(row => row.Command).Distinct()) Line(text, command.ReplaceLineEndings(" ").Replace("```", "", StringComparison.Ordinal));
        Line(text, "```");
    }

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');

    // What a table's cell or a paragraph may not hold: a cell's end, a line's end, an element.
    private static string Escaped(string value) => value.ReplaceLineEndings(" ").Replace("\\", "\\\\", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);
}
