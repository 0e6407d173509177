using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace Engagement.Core.Sessions;

/// <summary>
/// A query as it is compared with others: a hash of its normalised text, and the trigrams of that text as a bitmap of 384 bits. Normalised:
/// letters and digits of any script, lower case; everything else is one space between words. No text is kept. Hot: allocates nothing.
/// <para>Similarity is Jaccard's over the trigrams, a space added before and after. A bitmap lets two trigrams share a bit: for queries of up to 40
/// characters it errs by under 0.05, far from the threshold of 0.3; at several hundred characters it leans towards similar.</para>
/// </summary>
internal struct QuerySignature
{
    public const int Words = 6;

    /// <summary>Two queries are similar from here on.</summary>
    public const float SimilarFrom = 0.3f;

    private const int Bits = Words * 64;

    public ulong Hash;
    public TrigramBits Trigrams;

    /// <summary>Bits of the first and last trigram, the two that hold an added space.</summary>
    public ushort FirstBit;
    public ushort LastBit;

    /// <summary>Milliseconds since the session began.</summary>
    public int At;

    public static QuerySignature From(ReadOnlySpan<byte> query, int at)
    {
        var signature = new QuerySignature { At = at, Hash = 0x9E3779B97F4A7C15 };
        // The last two characters, the added space first.
        uint before = ' ', last = 0;
        var isFirst = true;
        var pendingSpace = false;
        while (!query.IsEmpty)
        {
            var c = Next(ref query);
            if (c == ' ')
            {
                pendingSpace = last != 0;
                continue;
            }
            if (pendingSpace) signature.Add(ref before, ref last, ' ', ref isFirst);
            pendingSpace = false;
            signature.Add(ref before, ref last, c, ref isFirst);
        }
        if (last != 0)
        {
            signature.LastBit = BitOf(before, last, ' ');
            signature.Trigrams.Set(signature.LastBit);
            if (isFirst) signature.FirstBit = signature.LastBit;
        }
        return signature;
    }

    /// <summary>0 to 1; 1 for equal normalised texts.</summary>
    public readonly float SimilarityTo(in QuerySignature other)
    {
        if (Hash == other.Hash) return 1f;
        int both = 0, either = 0;
        for (var i = 0; i < Words; i++)
        {
            both += BitOperations.PopCount(Trigrams[i] & other.Trigrams[i]);
            either += BitOperations.PopCount(Trigrams[i] | other.Trigrams[i]);
        }
        return either == 0 ? 0f : (float)both / either;
    }

    /// <summary>One is a part of the other: every trigram inside the shorter one occurs in the longer.</summary>
    public readonly bool IsPartOf(in QuerySignature other)
    {
        var (a, b) = (this, other);
        return a.IsWithin(b) || b.IsWithin(a);
    }

    private readonly bool IsWithin(in QuerySignature longer)
    {
        var inner = Trigrams;
        inner.Unset(FirstBit);
        inner.Unset(LastBit);
        // Of one or two characters nothing is left: then the word itself must stand in the longer.
        if (inner.IsEmpty) inner = Trigrams;
        if (inner.IsEmpty) return false;
        for (var i = 0; i < Words; i++)
        {
            if ((inner[i] & ~longer.Trigrams[i]) != 0) return false;
        }
        return true;
    }

    private void Add(ref uint before, ref uint last, uint c, ref bool isFirst)
    {
        Hash = (Hash ^ c) * 0xA0761D6478BD642F;
        Hash ^= Hash >> 32;
        if (last != 0)
        {
            var bit = BitOf(before, last, c);
            Trigrams.Set(bit);
            if (isFirst) FirstBit = bit;
            isFirst = false;
            before = last;
        }
        last = c;
    }

    private static ushort BitOf(uint a, uint b, uint c)
    {
        var hash = (a * 0x9E3779B1u) ^ (b * 0x85EBCA77u) ^ (c * 0xC2B2AE3Du);
        hash = (hash ^ (hash >> 15)) * 0x2C1B3C6Du;
        hash ^= hash >> 16;
        return (ushort)(((ulong)hash * Bits) >> 32);
    }

    /// <summary>The next character, normalised; a space for what is neither letter nor digit.</summary>
    private static uint Next(ref ReadOnlySpan<byte> text)
    {
        var b = text[0];
        if (b < 0x80)
        {
            text = text[1..];
            if ((uint)(b - 'a') < 26 || (uint)(b - '0') < 10) return b;
            return (uint)(b - 'A') < 26 ? b | 0x20u : ' ';
        }
        Rune.DecodeFromUtf8(text, out var rune, out var length);
        text = text[length..];
        return IsWordPart(rune) ? (uint)Rune.ToLowerInvariant(rune).Value : ' ';
    }

    // Marks belong to the letter before them: scripts of India write vowels so.
    private static bool IsWordPart(Rune rune) =>
        Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) is
            System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.SpacingCombiningMark;
}

/// <summary>384 bits in place.</summary>
[InlineArray(QuerySignature.Words)]
internal struct TrigramBits
{
    private ulong _first;

    public readonly bool IsEmpty
    {
        get
        {
            ulong all = 0;
            foreach (var word in this) all |= word;
            return all == 0;
        }
    }

    public void Set(int bit) => this[bit >> 6] |= 1UL << bit;

    public void Unset(int bit) => this[bit >> 6] &= ~(1UL << bit);
}
