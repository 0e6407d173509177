using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;

namespace Engagement.Core.Gaps;

/// <summary>
/// The report as one page without script, link to a foreign place or inline style: its one style sheet is named in its content security policy by hash.
/// Follows the reader's light or dark. Everything that was typed by somebody is encoded. Pure; the same report gives the same bytes.
/// </summary>
public static class GapPageWriter
{
    private const int BarWidth = 560;

    private const string Style = """

        :root{color-scheme:light dark;--ink:#1c2430;--soft:#5b6675;--paper:#fff;--line:#d9dee5;--none:#b3372b;--lost:#b26a00;--weak:#2f6f9f}
        @media (prefers-color-scheme:dark){:root{--ink:#e8ebf0;--soft:#9aa6b5;--paper:#14181e;--line:#313a46;--none:#ef8277;--lost:#e2a548;--weak:#7db6dd}}
        body{margin:0 auto;max-width:70rem;padding:2rem 1.25rem;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
        h1{font-size:1.6rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem}p{margin:.4rem 0;max-width:46rem}.soft{color:var(--soft)}
        .table{overflow-x:auto}table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.5rem .75rem .5rem 0;border-bottom:1px solid var(--line);vertical-align:top}
        th{font-weight:600;color:var(--soft);font-size:.85rem}td.number,th.number{text-align:right;padding-right:1.25rem;font-variant-numeric:tabular-nums;white-space:nowrap}
        td.question{font-weight:600;overflow-wrap:anywhere}.no_article{color:var(--none)}.not_found{color:var(--lost)}.found_not_helpful{color:var(--weak)}
        svg{display:block;width:100%;max-width:44rem;height:auto}svg text{fill:var(--ink);font:13px system-ui,sans-serif}rect.no_article{fill:var(--none)}
        rect.not_found{fill:var(--lost)}rect.found_not_helpful{fill:var(--weak)}

        """;

    private static readonly string StyleHash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)));

    /// <summary>The page's content security policy, for whoever sends it by HTTP.</summary>
    public static readonly string Policy = $"default-src 'none'; style-src 'sha256-{StyleHash}'; base-uri 'none'; form-action 'none'";

    private static readonly ImmutableArray<GapVerdict> Verdicts = [GapVerdict.NoArticle, GapVerdict.NotFound, GapVerdict.FoundNotHelpful];

    public static string Write(GapReport report)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="{Policy}">
            <meta name="referrer" content="no-referrer">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Gap report: {Encoded(report.Site)}</title>
            <style>{Style}</style>
            </head>
            <body>
            <h1>What {Encoded(report.Site)} does not answer</h1>
            <p class="soft">{DayOf(report.From)} to {DayOf(report.To)}. {Count(report.Sessions, "session")} searched for help; {report.Floundering} of them floundered.
            {(report.IsPartial ? "The log held more than one report reads: some sessions are missing. " : "")}</p>

            """);
        if (report.Questions.IsEmpty) page.Append("<p>No question was asked in vain by five people or more.</p>\n");
        else Questions(report, page);
        page.Append(CultureInfo.InvariantCulture, $"""
            <h2>What is not here</h2>
            <p>Only questions that sessions of {Limits.GapSessionsMin} visitors or more asked in vain are shown; of their words, only those that so many used, “{GapReportComposer.Hidden}” stands for the others. {Count(report.QuestionsHeldBack, "question")} of fewer {(report.QuestionsHeldBack == 1 ? "is" : "are")} held back.
            Visitors who asked to be forgotten, who refused, or whose browser objects (GPC, DNT) do not count at all{(report.LeftOut > 0 ? $": {Count(report.LeftOut, "session")}" : "")}. Somebody who reads the answer in the list of results and leaves looks like one who found nothing.</p>
            </body>
            </html>

            """);
        return page.ToString();
    }

    private static void Questions(GapReport report, StringBuilder page)
    {
        page.Append("<h2>Sessions in vain, by what is missing</h2>\n<p class=\"soft\">A session that asked two questions counts with each.</p>\n");
        Bars(report, page);
        page.Append("""
            <h2>Questions</h2>
            <div class="table"><table>
            <thead><tr><th scope="col">question</th><th scope="col" class="number">sessions</th><th scope="col" class="number">searches</th><th scope="col" class="number">floundered</th><th scope="col" class="number">no result</th><th scope="col">what is missing</th><th scope="col">article that meets it</th></tr></thead>
            <tbody>

            """);
        foreach (var q in report.Questions)
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><td class=\"question\">{Encoded(q.Question)}</td><td class=\"number\">{q.Sessions}</td><td class=\"number\">{q.Searches}</td>")
                .Append(CultureInfo.InvariantCulture, $"<td class=\"number\">{Percent(q.FlounderingShare)}</td><td class=\"number\">{(q.ZeroResultShare is { } zero ? Percent(zero) : "–")}</td>")
                .Append(CultureInfo.InvariantCulture, $"<td class=\"{GapCsvWriter.CodeOf(q.Verdict)}\">{InWords(q.Verdict)}</td><td>{(q.Article is { } article ? Encoded(article.Title) : "–")}</td></tr>\n");
        }
        page.Append("</tbody></table></div>\n");
    }

    // Widths as attributes of shapes: the policy forbids styles on elements. A session that asked two questions counts with each.
    private static void Bars(GapReport report, StringBuilder page)
    {
        var sums = Verdicts.Select(v => (Verdict: v, Sessions: report.Questions.Where(q => q.Verdict == v).Sum(q => q.Sessions))).ToList();
        var most = Math.Max(1, sums.Max(s => s.Sessions));
        page.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {BarWidth + 60} {sums.Count * 46}\" role=\"img\" aria-label=\"{string.Join("; ", sums.Select(s => $"{InWords(s.Verdict)}: {s.Sessions}"))}\">\n");
        for (var i = 0; i < sums.Count; i++)
        {
            var width = (int)Math.Round((double)BarWidth * sums[i].Sessions / most);
            page.Append(CultureInfo.InvariantCulture, $"<text x=\"0\" y=\"{i * 46 + 14}\">{InWords(sums[i].Verdict)}</text><rect class=\"{GapCsvWriter.CodeOf(sums[i].Verdict)}\" x=\"0\" y=\"{i * 46 + 20}\" width=\"{width}\" height=\"14\" rx=\"2\"/>")
                .Append(CultureInfo.InvariantCulture, $"<text x=\"{width + 8}\" y=\"{i * 46 + 32}\">{sums[i].Sessions}</text>\n");
        }
        page.Append("</svg>\n");
    }

    private static string InWords(GapVerdict verdict) => verdict switch
    {
        GapVerdict.NoArticle => "no article answers it",
        GapVerdict.NotFound => "an article is there and was not found",
        _ => "the article was found and did not help",
    };

    private static string DayOf(Instant at) => at.ToDateTimeOffset().ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    private static string Percent(double share) => Math.Round(100 * share).ToString(CultureInfo.InvariantCulture) + " %";

    private static string Count(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");

    private static string Encoded(string text) => HtmlEncoder.Default.Encode(text);
}
