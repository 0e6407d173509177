using System.Globalization;
using System.Net;
using System.Text;

namespace Engagement.Desks.Notes;

/// <summary>
/// Renders a note for where it is shown, every raw text encoded: no link, picture, mention or markup comes of what a stranger typed. Pure, thread-safe.
/// </summary>
internal static class NoteText
{
    /// <summary>HTML of paragraphs and lists.</summary>
    public static string ToHtml(string title, IEnumerable<NoteSection> sections)
    {
        var html = new StringBuilder($"<p><strong>{WebUtility.HtmlEncode(title)}</strong></p>");
        foreach (var section in sections)
        {
            html.Append(CultureInfo.InvariantCulture, $"<p><strong>{WebUtility.HtmlEncode(section.Title)}</strong></p><ul>");
            foreach (var line in section.Lines) html.Append(CultureInfo.InvariantCulture, $"<li>{WebUtility.HtmlEncode(OnOneLine(line))}</li>");
            html.Append("</ul>");
        }
        return html.ToString();
    }

    /// <summary>CommonMark.</summary>
    public static string ToMarkdown(string title, IEnumerable<NoteSection> sections)
    {
        var text = new StringBuilder($"**{EscapeMarkdown(title)}**\n");
        foreach (var section in sections)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n**{EscapeMarkdown(section.Title)}**\n\n");
            foreach (var line in section.Lines) text.Append(CultureInfo.InvariantCulture, $"- {EscapeMarkdown(line)}\n");
        }
        return text.ToString();
    }

    /// <summary>Slack's mrkdwn; a section each.</summary>
    public static IEnumerable<string> ToMrkdwn(IEnumerable<NoteSection> sections) =>
        sections.Select(section => $"*{EscapeMrkdwn(section.Title)}*\n" + string.Join('\n', section.Lines.Select(line => $"• {EscapeMrkdwn(line)}")));

    /// <summary>The three characters by which links, mentions and commands begin; the rest is taken literally where <c>verbatim</c> is set.</summary>
    public static string EscapeMrkdwn(string text) =>
        OnOneLine(text).Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    /// <summary>
    /// HTML's characters as entities, all other ASCII punctuation behind a backslash (CommonMark, section 2.4), and an invisible joiner behind what bare
    /// addresses and mentions are recognised by.
    /// </summary>
    public static string EscapeMarkdown(string text)
    {
        var escaped = new StringBuilder(text.Length * 2);
        foreach (var c in OnOneLine(text))
        {
            switch (c)
            {
                case '&': escaped.Append("&amp;"); break;
                case '<': escaped.Append("&lt;"); break;
                case '>': escaped.Append("&gt;"); break;
                // A bare address becomes a link where its colon or dot is followed by more: a word joiner between keeps it text.
                case ':' or '.' or '@': escaped.Append('\\').Append(c).Append('\u2060'); break;
                case < (char)128 when char.IsPunctuation(c) || char.IsSymbol(c): escaped.Append('\\').Append(c); break;
                default: escaped.Append(c); break;
            }
        }
        return escaped.ToString();
    }

    /// <summary>A line break inside a text would end its list, and begin something else.</summary>
    private static string OnOneLine(string text) => text.ReplaceLineEndings(" ").Replace('\t', ' ');
}
