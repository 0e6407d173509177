using Engagement.Desks.Notes;

namespace Hosts.Tests.Desks;

/// <summary>What a stranger types must arrive as she typed it, and do nothing.</summary>
public sealed class NoteTextTests
{
    private static NoteSection[] Hostile(params string[] lines) => [new NoteSection("Searches", lines)];

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("</li></ul><a href='javascript:alert(1)'>x</a>")]
    [InlineData("\" onmouseover=\"alert(1)")]
    public void ToHtml_Markup_IsText(string typed)
    {
        var html = NoteText.ToHtml("T", Hostile(typed));
        Assert.Equal(1, html.Split("<li>").Length - 1);
        var inside = html[(html.IndexOf("<li>", StringComparison.Ordinal) + 4)..html.IndexOf("</li>", StringComparison.Ordinal)];
        Assert.DoesNotContain('<', inside);
        Assert.DoesNotContain('"', inside);
        Assert.Equal(typed, System.Net.WebUtility.HtmlDecode(inside));
    }

    [Theory]
    [InlineData("<!channel> <!here> <@U123> <https://evil.example|click>", "&lt;!channel&gt; &lt;!here&gt; &lt;@U123&gt; &lt;https://evil.example|click&gt;")]
    [InlineData("a & b", "a &amp; b")]
    [InlineData("&lt;", "&amp;lt;")]
    [InlineData("one\ntwo", "one two")]
    public void ToMrkdwn_MentionsAndLinks_AreText(string typed, string expected) =>
        Assert.Equal($"*Searches*\n• {expected}", Assert.Single(NoteText.ToMrkdwn(Hostile(typed))));

    [Theory]
    [InlineData("[x](javascript:alert(1))")]
    [InlineData("![p](https://evil.example/p.png)")]
    [InlineData("**bold** _it_ `code` # head")]
    [InlineData("<b>x</b>")]
    public void ToMarkdown_Markup_IsEscaped(string typed)
    {
        var text = NoteText.EscapeMarkdown(typed);
        // Without what stands behind a backslash and without entities, nothing is left that Markdown or HTML reads.
        var bare = System.Text.RegularExpressions.Regex.Replace(text, @"\\.|&(amp|lt|gt);", "");
        Assert.DoesNotContain(bare, c => "<>[]()!*_`#".Contains(c, StringComparison.Ordinal));
        var back = System.Net.WebUtility.HtmlDecode(System.Text.RegularExpressions.Regex.Replace(text, @"\\(.)", "$1")).Replace("\u2060", "", StringComparison.Ordinal);
        Assert.Equal(typed, back);
    }

    [Fact]
    public void ToMarkdown_LineBreak_DoesNotEndTheList()
    {
        var lines = NoteText.ToMarkdown("T", Hostile("one\n\n# two\r\nthree")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["**T**", "**Searches**", "- one  \\# two three"], lines);
    }

    [Theory]
    [InlineData("https://evil.example/path")]
    [InlineData("www.evil.example")]
    [InlineData("a@evil.example")]
    public void ToMarkdown_BareAddress_IsBrokenByAJoiner(string typed)
    {
        var text = NoteText.EscapeMarkdown(typed);
        Assert.DoesNotContain("://", text, StringComparison.Ordinal);
        Assert.DoesNotContain("www.e", text, StringComparison.Ordinal);
        Assert.DoesNotContain("@e", text, StringComparison.Ordinal);
    }
}
