using System.Text;

namespace Engagement.Core.Privacy;

/// <summary>Words beside a number that say what it is. Case is folded within ASCII only. Pure.</summary>
internal static class CueWords
{
    private const int WordBytesMax = 20;
    private const int GapBytesMax = 4;

    private static readonly byte[][] s_fillers = Of("number", "nummer", "no", "nr", "me", "us", "at", "on", "is", "num", "numero", "número", "numéro");

    public static byte[][] Of(params string[] words) => [.. words.Select(Encoding.UTF8.GetBytes)];

    /// <summary>Whether one of the words stands right before this place, or before a word such as <c>number</c>.</summary>
    public static bool IsBefore(ReadOnlySpan<byte> text, int at, byte[][] words, bool withHyphens = false)
    {
        for (var (end, read) = (at, 0); read < 3; read++)
        {
            var gap = end;
            while (end > 0 && gap - end < GapBytesMax && !NumberPatterns.IsWord(text[end - 1])) end--;
            var start = end;
            while (start > 0 && end - start < WordBytesMax && (NumberPatterns.IsWord(text[start - 1]) || (withHyphens && text[start - 1] == '-'))) start--;
            var word = text[start..end];
            if (IsOneOf(word, words)) return start == 0 || !NumberPatterns.IsWord(text[start - 1]);
            if (!IsOneOf(word, s_fillers)) return false;
            end = start;
        }
        return false;
    }

    /// <summary>Whether one of the words stands right behind this place, after a space.</summary>
    public static bool IsBehind(ReadOnlySpan<byte> text, int at, byte[][] words)
    {
        if (at >= text.Length || text[at] != ' ') return false;
        var end = at + 1;
        while (end < text.Length && NumberPatterns.IsWord(text[end])) end++;
        return IsOneOf(text[(at + 1)..end], words);
    }

    private static bool IsOneOf(ReadOnlySpan<byte> word, byte[][] words)
    {
        foreach (var candidate in words)
        {
            if (word.Length == candidate.Length && EqualsFolded(word, candidate)) return true;
        }
        return false;
    }

    private static bool EqualsFolded(ReadOnlySpan<byte> word, ReadOnlySpan<byte> lower)
    {
        for (var i = 0; i < word.Length; i++)
        {
            var b = word[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(word[i] | 0x20) : word[i];
            if (b != lower[i]) return false;
        }
        return true;
    }
}
