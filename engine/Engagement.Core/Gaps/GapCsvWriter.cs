using System.Globalization;
using System.Text;

namespace Engagement.Core.Gaps;

/// <summary>
/// The report as CSV (RFC 4180, UTF-8, CRLF, every text quoted). A text that a spreadsheet would take for a formula gets an apostrophe in front: what
/// visitors type must not run on the owner's desk. Pure.
/// </summary>
public static class GapCsvWriter
{
    public const string ContentType = "text/csv; charset=utf-8";

    private static readonly string[] Columns =
        ["question", "sessions", "searches", "floundering_share", "zero_result_share", "verdict", "article_id", "article_title", "article_url"];

    public static string Write(GapReport report)
    {
        var csv = new StringBuilder();
        csv.AppendJoin(',', Columns).Append("\r\n");
        foreach (var q in report.Questions)
        {
            csv.AppendJoin(',',
                Cell(q.Question), Number(q.Sessions), Number(q.Searches), Number(q.FlounderingShare), q.ZeroResultShare is { } zero ? Number(zero) : "",
                CodeOf(q.Verdict), Cell(q.Article?.Id), Cell(q.Article?.Title), Cell(q.Article?.Url)).Append("\r\n");
        }
        return csv.ToString();
    }

    /// <summary>The wire code.</summary>
    public static string CodeOf(GapVerdict verdict) => verdict switch
    {
        GapVerdict.NoArticle => "no_article",
        GapVerdict.NotFound => "not_found",
        _ => "found_not_helpful",
    };

    internal static string Cell(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "\"\"";
        // Full-width forms count too: spreadsheets of East Asia read them as the plain ones.
        var first = text.AsSpan().TrimStart();
        var isFormula = first.IsEmpty || first[0] is '=' or '+' or '-' or '@' or '|' or '%' or '＝' or '＋' or '－' or '＠' || char.IsControl(text[0]);
        return $"\"{(isFormula ? "'" : "")}{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    private static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
