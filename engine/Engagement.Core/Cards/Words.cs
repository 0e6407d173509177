using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Numerics;
using System.Text;

namespace Engagement.Core.Cards;

/// <summary>Words of a text that carry meaning, and how alike two of them are. Pure, thread-safe; cold path.</summary>
internal static class Words
{
    /// <summary>Two words that share so long a beginning are taken for forms of one word (return, returns, returning).</summary>
    private const int StemLength = 4;

    /// <summary>Words of at least so many letters may differ by one slip and be the same, misspelt; of twice as many, by two.</summary>
    private const int SlipLength = 5;

    /// <summary>Longer words are compared whole and by their beginning only.</summary>
    private const int ComparedLength = 40;

    /// <summary>Words beyond this are not looked at.</summary>
    private const int WordsMax = 16;

    /// <summary>Lower-case words of letters and digits in their order, without stop words of the four languages; each once.</summary>
    public static ImmutableArray<string> Of(string text)
    {
        var words = ImmutableArray.CreateBuilder<string>();
        var word = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune)) word.Append(Rune.ToLowerInvariant(rune));
            else Take(word, words);
            if (words.Count == WordsMax) return words.ToImmutable();
        }
        Take(word, words);
        return words.ToImmutable();
    }

    /// <summary>
    /// Writes the words of <see cref="Of"/>, repeated ones too, with single blanks between, as long as they fit, and says how many characters that are.
    /// Allocates nothing.
    /// </summary>
    public static int WithoutStopWords(ReadOnlySpan<char> text, Span<char> to)
    {
        var (length, from) = (0, -1);
        for (var i = 0; i <= text.Length && length < to.Length; i++)
        {
            if (i < text.Length && char.IsLetterOrDigit(text[i]))
            {
                if (from < 0) from = i;
                continue;
            }
            if (from >= 0) length = Append(text[from..i], to, length);
            from = -1;
        }
        return length;
    }

    private static int Append(ReadOnlySpan<char> word, Span<char> to, int length)
    {
        var at = length == 0 ? 0 : length + 1;
        if (word.Length < 2 || at >= to.Length) return length;
        if (word.Length > to.Length - at) word = word[..(to.Length - at)];
        word.ToLowerInvariant(to[at..]);
        if (_stopWordsBySpan.Contains(to.Slice(at, word.Length))) return length;
        if (at > 0) to[length] = ' ';
        return at + word.Length;
    }

    /// <summary>
    /// One spelling for texts that say the same: lower case, single blanks, no punctuation; stop words kept. Text without letter or digit as it is.
    /// </summary>
    public static string Normalise(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune)) plain.Append(Rune.ToLowerInvariant(rune));
            else if (plain.Length > 0 && plain[^1] != ' ') plain.Append(' ');
        }
        return plain.Length == 0 ? text : plain.ToString().TrimEnd();
    }

    /// <summary>1 for the same word, 0.8 for two forms of it, 0.7 for a likely misspelling, else 0.</summary>
    public static double Likeness(string a, string b) => Likeness(a, LettersOf(a), b, LettersOf(b));

    /// <summary>The same, with <see cref="LettersOf"/> both.</summary>
    public static double Likeness(string a, ulong aLetters, string b, ulong bLetters)
    {
        if (a == b) return 1;
        if (SharesStem(a, b)) return 0.8;
        var slipsMax = Math.Min(a.Length, b.Length) / SlipLength;
        if (slipsMax == 0 || Math.Abs(a.Length - b.Length) > slipsMax || Math.Max(a.Length, b.Length) > ComparedLength) return 0;
        // One slip changes at most two letters of the set: most pairs are told apart by this alone.
        if (BitOperations.PopCount(aLetters ^ bLetters) > 2 * Math.Min(slipsMax, 2)) return 0;
        return Slips(a, b) <= Math.Min(slipsMax, 2) ? 0.7 : 0;
    }

    /// <summary>The set of a word's letters, folded into 64.</summary>
    public static ulong LettersOf(string word)
    {
        ulong letters = 0;
        foreach (var c in word) letters |= 1UL << (c & 63);
        return letters;
    }

    private static bool SharesStem(string a, string b)
    {
        var (shorter, longer) = a.Length <= b.Length ? (a, b) : (b, a);
        return shorter.Length >= StemLength && longer.Length - shorter.Length <= 3 && longer.StartsWith(shorter, StringComparison.Ordinal);
    }

    private static void Take(StringBuilder word, ImmutableArray<string>.Builder words)
    {
        if (word.Length == 0) return;
        var text = word.ToString();
        word.Clear();
        if (text.Length >= 2 && !_stopWords.Contains(text) && !words.Contains(text)) words.Add(text);
    }

    /// <summary>Letters too many, missing, wrong or swapped with their neighbour (optimal string alignment).</summary>
    private static int Slips(string a, string b)
    {
        Span<int> before = stackalloc int[ComparedLength + 1], last = stackalloc int[ComparedLength + 1], row = stackalloc int[ComparedLength + 1];
        for (var j = 0; j <= b.Length; j++) last[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                row[j] = Math.Min(Math.Min(row[j - 1], last[j]) + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = Math.Min(row[j], before[j - 2] + 1);
            }
            var spare = before;
            before = last;
            last = row;
            row = spare;
        }
        return last[b.Length];
    }

    private static readonly FrozenSet<string> _stopWords = """
        a an and are as at be by can cannot could do does did for from get have has how if in into is it its me my no not of on or our please so that
        the their then there this to up us was we what when where which who why will with would you your
        aber als am an auf aus bei bin bitte da das dass dem den der des die dies diese doch du ein eine einem einen einer es fur für geht gibt hat habe
        haben ich ihr im in ist kann kein keine man mein meine meinen meiner mich mir mit nach nicht nur ob oder sich sie sind so um und uns unser von vor
        wann warum was wenn wer wie wir wird wo zu zum zur über
        aan al als bij dan dat de deze die dit door een en er geen had heb heeft het hij hoe hun ik in is je kan kunnen maar me met mijn na naar niet nog nu
        of om ons onze ook op over te tot u uit uw van veel voor waar waarom wanneer was wat we wel wie wij wil worden ze zijn
        al algo como con cual cuando de del desde donde dónde el ella en es esta este esto estoy ha hay he la las lo los mas más me mi mis muy no nos o para
        pero por porque puede puedo que qué se ser si sin sobre son su sus te tengo tu un una unos y ya cómo cuándo
        """.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _stopWordsBySpan = _stopWords.GetAlternateLookup<ReadOnlySpan<char>>();
}
