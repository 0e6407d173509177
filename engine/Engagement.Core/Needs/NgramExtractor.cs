namespace Engagement.Core.Needs;

/// <summary>
/// Hashes of a text's n-grams: of words first, then of characters within words (with a blank at either end, so that beginnings and ends count).
/// Letters are lower-cased and lose their accents, digits become 0, everything else parts words. Integer arithmetic alone, so that every machine
/// gives the same. Pure, thread-safe, allocates nothing; throws for no text.
/// </summary>
public static class NgramExtractor
{
    /// <summary>Characters looked at, letters and digits with the blanks between: the rest of a longer text is not.</summary>
    public const int CharactersMax = 256;

    /// <summary>N-grams of one text at most: the rest is left out.</summary>
    public const int NgramsMax = 2_048;

    private const int TokensMax = CharactersMax / 2 + 1;
    private const uint Prime = 0x01000193;
    private const uint Basis = 0x811C9DC5;
    private const uint OfWords = 0x57;
    private const uint OfPairs = 0x50;
    private const uint OfCharacters = 0x43;

    // Letters of Latin-1 and Latin Extended-A without their accents, from U+00C0.
    private const string Unaccented =
        "aaaaaaaceeeeiiiidnoooooxouuuuytsaaaaaaaceeeeiiiidnoooooxouuuuytyaaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkkllllllllllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

    /// <summary>
    /// Fills <paramref name="hashes"/>, which must hold <see cref="NgramsMax"/>, and says how many are of words (the first) and how many there are in all.
    /// An n-gram that occurs twice stands there twice.
    /// </summary>
    public static (int OfWords, int All) Extract(ReadOnlySpan<char> text, NgramShape shape, Span<uint> hashes)
    {
        Span<char> plain = stackalloc char[CharactersMax + 2];
        Span<(int From, int To)> words = stackalloc (int, int)[TokensMax];
        var tokens = Normalise(text, plain, words);
        var filled = AddWords(plain, words[..tokens], shape, hashes);
        return (filled, AddCharacters(plain, words[..tokens], shape, hashes[..NgramsMax], filled));
    }

    /// <summary>Writes the words with single blanks around each, and where each begins and ends.</summary>
    private static int Normalise(ReadOnlySpan<char> text, Span<char> plain, Span<(int From, int To)> words)
    {
        var (length, tokens, from) = (0, 0, -1);
        plain[length++] = ' ';
        foreach (var c in text)
        {
            if (length > CharactersMax) break;
            if (char.IsLetterOrDigit(c))
            {
                if (from < 0) from = length;
                plain[length++] = Plain(c);
            }
            else if (from >= 0 && !IsWithinWord(c))
            {
                words[tokens++] = (from, length);
                plain[length++] = ' ';
                from = -1;
            }
        }
        if (from < 0) return tokens;
        words[tokens++] = (from, length);
        plain[length] = ' ';
        return tokens;
    }

    /// <summary>Apostrophes, soft hyphens and marks that stand apart from their letter part no word.</summary>
    private static bool IsWithinWord(char c) =>
        c is '\'' or '’' or '\u00AD' or '\u200D' || c >= '\u0300' && char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.NonSpacingMark;

    private static char Plain(char c)
    {
        if (char.IsDigit(c)) return '0';
        if (c < '\u0080') return (char)(c | 0x20);
        return c is >= '\u00C0' and < '\u0180' ? Unaccented[c - '\u00C0'] : char.ToLowerInvariant(c);
    }

    private static int AddWords(ReadOnlySpan<char> plain, ReadOnlySpan<(int From, int To)> words, NgramShape shape, Span<uint> hashes)
    {
        Span<uint> hashed = stackalloc uint[TokensMax];
        for (var i = 0; i < words.Length; i++)
        {
            var word = plain[words[i].From..words[i].To];
            hashed[i] = HashOf(shape.WordsWithoutEndings ? word[..LengthWithoutEnding(word)] : word);
        }
        var filled = 0;
        for (var i = 0; i < words.Length; i++)
        {
            var hash = OfWords;
            for (var j = i; j < Math.Min(i + shape.WordsMax, words.Length); j++)
            {
                hash = (hash ^ hashed[j]) * Prime;
                if (filled < NgramsMax) hashes[filled++] = Mixed(hash);
            }
            for (var j = i + 1; shape.PairsApart > 0 && j <= Math.Min(i + 1 + shape.PairsApart, words.Length - 1); j++)
                if (filled < NgramsMax) hashes[filled++] = Mixed(((OfPairs ^ hashed[i]) * Prime ^ hashed[j]) * Prime);
        }
        return filled;
    }

    private static int AddCharacters(ReadOnlySpan<char> plain, ReadOnlySpan<(int From, int To)> words, NgramShape shape, Span<uint> hashes, int filled)
    {
        foreach (var (from, to) in words)
        {
            for (var start = from - 1; start < to; start++)
            {
                var hash = Basis ^ OfCharacters;
                var end = Math.Min(start + shape.CharactersMax, to + 1);
                for (var i = start; i < end; i++)
                {
                    hash = (hash ^ plain[i]) * Prime;
                    if (i - start + 1 < shape.CharactersMin) continue;
                    if (filled == hashes.Length) return filled;
                    hashes[filled++] = Mixed(hash);
                }
            }
        }
        return filled;
    }

    /// <summary>
    /// Letters left of a word without its English ending: (1) of s, ies, ed or ing goes the first that fits, (2) then one of a doubled consonant before ed and
    /// ing, though not of ll and ss, which words have by themselves, (3) then any e, i and y. What is left need not be a word.
    /// </summary>
    private static int LengthWithoutEnding(ReadOnlySpan<char> word)
    {
        var length = word.Length;
        if (length > 4 && word.EndsWith("ies")) length -= 3;
        else if (length > 5 && word.EndsWith("ing")) length = WithoutDoubled(word, length - 3);
        else if (length > 4 && word.EndsWith("ed")) length = WithoutDoubled(word, length - 2);
        else if (length > 3 && word[^1] == 's' && word[^2] != 's') length--;
        while (length > 2 && word[length - 1] is 'e' or 'i' or 'y') length--;
        return length;
    }

    private static int WithoutDoubled(ReadOnlySpan<char> word, int length) =>
        length > 2 && word[length - 1] == word[length - 2] && word[length - 1] is not ('l' or 's') ? length - 1 : length;

    private static uint HashOf(ReadOnlySpan<char> word)
    {
        var hash = Basis;
        foreach (var c in word) hash = (hash ^ c) * Prime;
        return Mixed(hash);
    }

    /// <summary>Spreads every bit over all (the finaliser of MurmurHash3); never 0, which stands for nothing.</summary>
    private static uint Mixed(uint hash)
    {
        hash ^= hash >> 16;
        hash *= 0x85EBCA6B;
        hash ^= hash >> 13;
        hash *= 0xC2B2AE35;
        hash ^= hash >> 16;
        return hash == 0 ? 1 : hash;
    }
}
