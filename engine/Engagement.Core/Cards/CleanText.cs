using System.Globalization;
using System.Text;

namespace Engagement.Core.Cards;

/// <summary>
/// Makes untrusted text fit to be read by a person: nothing invisible, nothing that turns the direction of the text around it, one line, bounded.
/// Markup is left as it is: encode at output. Pure, thread-safe.
/// </summary>
public static class CleanText
{
    private const char FirstStrongIsolate = '\u2068';
    private const char PopDirectionalIsolate = '\u2069';

    /// <summary>Marks stacked on one letter beyond this are dropped: no language needs more, a prank does.</summary>
    internal const int MarksMax = 3;

    /// <summary>
    /// Without control, format and bidi characters (but joiners within words and emoji) and lone surrogates, white space as single blanks, no
    /// longer than <paramref name="bytesMax"/> bytes of UTF-8 with "…" where it was cut. Empty for null.
    /// </summary>
    public static string Of(string? text, int bytesMax = Limits.EvidenceTextBytesMax)
    {
        if (string.IsNullOrEmpty(text)) return "";
        var clean = new StringBuilder(Math.Min(text.Length, bytesMax));
        var (bytes, marks, blank) = (0, 0, false);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune) || Rune.IsControl(rune))
            {
                blank = clean.Length > 0;
                continue;
            }
            if (!IsReadable(rune)) continue;
            marks = IsMark(rune) ? marks + 1 : 0;
            if (marks > MarksMax) continue;
            var needed = rune.Utf8SequenceLength + (blank ? 1 : 0);
            if (bytes + needed > bytesMax) return Cut(clean, bytes, bytesMax);
            if (blank) clean.Append(' ');
            clean.Append(rune);
            bytes += needed;
            blank = false;
        }
        return clean.ToString();
    }

    /// <summary>Ready to stand within a sentence: isolated where it holds letters that run from right to left.</summary>
    public static string Isolated(string clean)
    {
        foreach (var rune in clean.EnumerateRunes())
            if (IsRightToLeft(rune.Value)) return $"{FirstStrongIsolate}{clean}{PopDirectionalIsolate}";
        return clean;
    }

    internal static bool IsReadable(Rune rune)
    {
        if (rune == Rune.ReplacementChar) return false;
        if (rune.Value is 0x200C or 0x200D) return true;
        return Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
            or UnicodeCategory.Surrogate or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
    }

    internal static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark;

    private static bool IsRightToLeft(int value) =>
        value is >= 0x0590 and <= 0x08FF or >= 0xFB1D and <= 0xFDFF or >= 0xFE70 and <= 0xFEFF or >= 0x10800 and <= 0x10FFF or >= 0x1E800 and <= 0x1EFFF;

    /// <summary>Ends in "…" (three bytes), at the edge of a grapheme.</summary>
    private static string Cut(StringBuilder clean, int bytes, int bytesMax)
    {
        var text = clean.ToString();
        var starts = StringInfo.ParseCombiningCharacters(text);
        for (var i = starts.Length - 1; i > 0 && bytes + 3 > bytesMax; i--)
        {
            bytes -= Encoding.UTF8.GetByteCount(text.AsSpan(starts[i]));
            text = text[..starts[i]];
        }
        return text.TrimEnd() + "…";
    }
}
