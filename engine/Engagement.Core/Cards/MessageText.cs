using System.Text;

namespace Engagement.Core.Cards;

/// <summary>
/// What a person writes to another, made fit to be shown: her words and line breaks as they are, nothing invisible, nothing that turns the direction of
/// the text around it. Markup stays text: encode at output. Nothing is masked: what she tells a person she means to tell. Pure, thread-safe.
/// </summary>
public static class MessageText
{
    /// <summary>Empty lines in a row beyond this are dropped: a message is no wall.</summary>
    private const int LineBreaksMax = 2;

    /// <summary>False, with the rule that was broken, where nothing readable is left or it is longer than <paramref name="charactersMax"/>.</summary>
    public static bool TryClean(string? text, out string clean, out string fault, int charactersMax = Limits.MessageCharactersMax)
    {
        (clean, fault) = ("", $"1 to {charactersMax} characters");
        if (text is null || text.Length > charactersMax) return false;
        var kept = new StringBuilder(text.Length);
        var (breaks, marks) = (0, 0);
        foreach (var rune in text.ReplaceLineEndings("\n").EnumerateRunes())
        {
            if (rune.Value == '\n')
            {
                if (++breaks <= LineBreaksMax) kept.Append('\n');
                continue;
            }
            if (Rune.IsControl(rune) && rune.Value != '\t' || !CleanText.IsReadable(rune)) continue;
            marks = CleanText.IsMark(rune) ? marks + 1 : 0;
            if (marks > CleanText.MarksMax) continue;
            breaks = 0;
            kept.Append(rune);
        }
        clean = kept.ToString().Trim();
        return clean.Length > 0;
    }
}
