using System.Net;
using System.Text;
using Engagement.Training.Studies;

namespace Engagement.Training.Report;

/// <summary>
/// Writes the report as one page that asks nobody for anything: style inside, pictures beside it, no script. Reads on light and dark, on a phone and on
/// paper. Every text is encoded.
/// </summary>
internal static class HtmlReportWriter
{
    public static string Write(IReadOnlyList<ReportSection> sections)
    {
        var html = new StringBuilder();
        var rows = sections.SelectMany(section => section.Rows).ToList();
        Line(html, $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self' file:; style-src 'unsafe-inline'">
            <title>Models: what was measured</title>
            <style>
            {Style}
            </style>
            </head>
            <body>
            <header>
            <h1>Models: what was measured</h1>
            <p>Trained and measured anew from the data by one command, with one seed; a second run writes the same bytes. Brackets hold 95&nbsp;% intervals.</p>
            <p class="sum"><b>{rows.Count}</b> figures, <b>{rows.Count(row => row.IsReached is not null)}</b> of them with a goal: <span class="reached">{rows.Count(row => row.IsReached == true)} reached</span>,
            <span class="missed">{rows.Count(row => row.IsReached == false)} missed</span></p>
            <pre>dotnet run --project models/Engagement.Training -c Release -- reproduce --data ../shared/data</pre>
            <nav>
            """);
        foreach (var section in sections) Line(html, $"<a href=\"#{Encoded(section.Name)}\">{Encoded(section.Section.Heading)}</a>");
        Line(html, "</nav>\n</header>\n<main>");
        foreach (var section in sections) Write(html, section);
        Line(html, "</main>\n</body>\n</html>");
        return html.ToString();
    }

    private static void Write(StringBuilder html, ReportSection section)
    {
        Line(html, $"<section id=\"{Encoded(section.Name)}\">\n<h2>{Encoded(section.Section.Heading)}</h2>");
        foreach (var paragraph in section.Section.Prose) Line(html, $"<p>{Encoded(paragraph)}</p>");
        foreach (var table in section.Section.Tables) Write(html, table);
        if (section.Pictures.Count > 0) Line(html, "<div class=\"pictures\">");
        for (var i = 0; i < section.Pictures.Count; i++)
            Line(html, $"<img src=\"{Encoded(section.Pictures[i])}\" width=\"720\" height=\"440\" alt=\"{Encoded(section.Section.Charts[i].Title)}\">");
        if (section.Pictures.Count > 0) Line(html, "</div>");
        foreach (var command in section.Rows.Select(row => row.Command).Distinct()) Line(html, $"<pre>{Encoded(command)}</pre>");
        Line(html, "</section>");
    }

    private static void Write(StringBuilder html, FigureTable table)
    {
        Line(html, $"<div class=\"wide\"><table>\n<caption>{Encoded(table.Caption)}</caption>");
        Line(html, "<thead><tr><th scope=\"col\">figure</th><th scope=\"col\">measured</th><th scope=\"col\">goal</th><th scope=\"col\">reference</th><th scope=\"col\"></th></tr></thead>\n<tbody>");
        foreach (var row in table.Rows)
        {
            var verdict = ReportSection.Verdict(row);
            Line(html, $"<tr><th scope=\"row\">{Encoded(row.Name)}</th><td>{Encoded(ReportSection.Text(row))}</td><td>{Encoded(ReportSection.Goal(row))}</td><td>{Encoded(ReportSection.Reference(row))}</td><td class=\"{verdict}\">{verdict}</td></tr>");
        }
        Line(html, "</tbody></table></div>");
        var remarks = table.Rows.Where(row => ReportSection.Why(row) is not null).GroupBy(row => ReportSection.Why(row)!).ToList();
        if (remarks.Count == 0) return;
        Line(html, "<ul class=\"why\">");
        foreach (var remark in remarks) Line(html, $"<li><b>{Encoded(string.Join(", ", remark.Select(row => row.Name)))}:</b> {Encoded(remark.Key)}</li>");
        Line(html, "</ul>");
    }

    private const string Style = """
        :root { color-scheme: light dark; --page: #f6f7f9; --card: #fff; --ink: #1f2328; --quiet: #59636e; --line: #d9dee3; --good: #00694d; --bad: #a63c00; }
        @media (prefers-color-scheme: dark) { :root { --page: #14171a; --card: #1d2125; --ink: #e8eaed; --quiet: #a3abb3; --line: #363c43; --good: #4fd0a5; --bad: #ffa56b; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif; }
        header, main { max-width: 76rem; margin: 0 auto; padding: 0 1rem; }
        h1 { margin: 2rem 0 .5rem; font-size: 1.8rem; line-height: 1.2; }
        h2 { margin: 0 0 .5rem; font-size: 1.3rem; }
        p { max-width: 48rem; margin: .5rem 0; }
        nav { display: flex; flex-wrap: wrap; gap: .5rem 1.2rem; margin: 1rem 0; }
        a { color: inherit; text-decoration-color: var(--quiet); text-underline-offset: .2em; }
        section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1.2rem; margin: 1.2rem 0; }
        .wide { overflow-x: auto; margin: 1rem 0; }
        table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .95rem; }
        caption { text-align: left; color: var(--quiet); padding-bottom: .4rem; }
        th, td { text-align: left; padding: .35rem .9rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
        td { white-space: nowrap; }
        th { font-weight: 500; } thead th { color: var(--quiet); font-size: .85rem; }
        .reached { color: var(--good); font-weight: 600; } .missed { color: var(--bad); font-weight: 600; }
        .reached::before { content: "✓ "; } .missed::before { content: "✗ "; }
        .why { color: var(--quiet); font-size: .92rem; padding-left: 1.2rem; max-width: 60rem; }
        .pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); gap: 1rem; margin: 1rem 0; }
        img { width: 100%; height: auto; border: 1px solid var(--line); border-radius: 8px; background: #fff; }
        pre { overflow-x: auto; background: var(--page); border: 1px solid var(--line); border-radius: 6px; padding: .6rem .8rem; font-size: .85rem; }
        """;

    private static string Encoded(string text) => WebUtility.HtmlEncode(text);

    private static void Line(StringBuilder html, string line) => html.Append(line.ReplaceLineEndings("\n")).Append('\n');
}
