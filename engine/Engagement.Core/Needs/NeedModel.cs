using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.InteropServices;
using Engagement.Core.Scoring;

namespace Engagement.Core.Needs;

/// <summary>
/// A linear classifier of what is wanted, over hashed n-grams of words and characters. Immutable, thread-safe, allocates nothing.
/// <para>How a text is read: (1) its n-grams are looked up among the known ones and counted. (2) Each known one weighs (1 + ln count) · rarity; words
/// and characters are each brought to length 1, whereby n-grams that are not known count to the length, so that a text of unknown words is far
/// from every topic. (3) A topic's margin is the sum of weights times its own, in 8-bit steps. (4) A logistic rule over the best margin, its lead
/// over the second and the share of known n-grams says how probably it is right.</para>
/// </summary>
public sealed class NeedModel
{
    private const int SeenSize = 2 * NgramExtractor.NgramsMax;

    private readonly NeedModelArrays _arrays;
    private readonly int[] _slots;
    private readonly int _mask;
    private readonly sbyte[] _steps;
    private readonly int _stride;

    /// <summary>Throws <see cref="ArgumentException"/> when the arrays are not valid: files go through <see cref="NeedModelReader"/>, which tells why.</summary>
    public NeedModel(string version, NeedModelArrays arrays, ModelManifest? manifest = null)
    {
        if (arrays.Validate() is { Error: not NeedModelError.None } fault) throw new ArgumentException($"{fault.Error}: {fault.Detail}", nameof(arrays));
        (Version, Manifest, _arrays) = (version, manifest, arrays);
        var topics = arrays.Topics.Length;
        _stride = (topics + Vector<sbyte>.Count - 1) / Vector<sbyte>.Count * Vector<sbyte>.Count;
        _steps = new sbyte[arrays.Hashes.Length * _stride];
        for (var i = 0; i < arrays.Hashes.Length; i++) arrays.Steps.AsSpan(i * topics, topics).CopyTo(_steps.AsSpan(i * _stride));
        // Open addressing, at most half full.
        _slots = new int[BitOperations.RoundUpToPowerOf2((uint)Math.Max(2 * arrays.Hashes.Length, 2))];
        _mask = _slots.Length - 1;
        Array.Fill(_slots, -1);
        for (var i = 0; i < arrays.Hashes.Length; i++)
        {
            var at = (int)arrays.Hashes[i] & _mask;
            while (_slots[at] >= 0) at = (at + 1) & _mask;
            _slots[at] = i;
        }
    }

    public string Version { get; }

    /// <summary>Where the model comes from; null when built in memory.</summary>
    public ModelManifest? Manifest { get; }

    public ImmutableArray<NeedTopic> Topics => _arrays.Topics;

    /// <summary>The arrays it was built from, for writing.</summary>
    public NeedModelArrays Arrays => _arrays;

    /// <summary>False where the language is known and the model has learnt none of it.</summary>
    public bool Speaks(string? language) =>
        _arrays.Languages.IsEmpty || string.IsNullOrEmpty(language)
        || _arrays.Languages.Any(tag => language.StartsWith(tag, StringComparison.OrdinalIgnoreCase) && (language.Length == tag.Length || language[tag.Length] is '-' or '_'));

    /// <summary>What one text asks for. Hot: allocates nothing.</summary>
    public NeedReading Read(ReadOnlySpan<char> text)
    {
        Span<float> margins = stackalloc float[Limits.NeedTopicsMax];
        margins = margins[..Topics.Length];
        return ReadingOf(margins, Score(text, margins));
    }

    /// <summary>Of margins and the share of known n-grams, or of such averages over several texts.</summary>
    public NeedReading ReadingOf(ReadOnlySpan<float> margins, float known)
    {
        var (best, second) = margins[0] >= margins[1] ? (0, 1) : (1, 0);
        for (var k = 2; k < margins.Length; k++)
        {
            if (margins[k] > margins[best]) (best, second) = (k, best);
            else if (margins[k] > margins[second]) second = k;
        }
        var probability = _arrays.Clarity.Probability(margins[best], margins[best] - margins[second], known);
        return new NeedReading(best, probability, known > 0 && probability >= _arrays.Clarity.Threshold);
    }

    /// <summary>Fills in every topic's margin and gives the share of the text's n-grams that are known, 0 to 1. Throws for a span of another length.</summary>
    public float Score(ReadOnlySpan<char> text, Span<float> margins)
    {
        if (margins.Length != Topics.Length) throw new ArgumentException("Needs a margin for each topic.", nameof(margins));
        Span<uint> hashes = stackalloc uint[NgramExtractor.NgramsMax];
        var (words, all) = NgramExtractor.Extract(text, _arrays.Shape, hashes);
        Span<int> columns = stackalloc int[NgramExtractor.NgramsMax];
        Span<float> values = stackalloc float[NgramExtractor.NgramsMax];
        var ofWords = Weigh(hashes[..words], _arrays.WordShare, columns, values, out var wordsKnown);
        var ofCharacters = Weigh(hashes[words..all], 1, columns[ofWords..], values[ofWords..], out var charactersKnown);

        Span<float> sums = stackalloc float[_stride];
        _arrays.Biases.CopyTo(sums);
        for (var i = 0; i < ofWords + ofCharacters; i++) Add(columns[i], values[i] * _arrays.Scales[columns[i]], sums);
        sums[..margins.Length].CopyTo(margins);
        return all == 0 ? 0 : (float)(wordsKnown + charactersKnown) / all;
    }

    /// <summary>Columns of the distinct known n-grams of one kind and their weights, of length <paramref name="share"/> / √(1 + wordShare²) at most.</summary>
    private int Weigh(ReadOnlySpan<uint> hashes, float share, Span<int> columns, Span<float> values, out int known)
    {
        Span<short> seen = stackalloc short[SeenSize];
        (var count, known) = (0, 0);
        foreach (var hash in hashes)
        {
            var column = Find(hash);
            if (column < 0) continue;
            known++;
            var at = column & (SeenSize - 1);
            while (seen[at] != 0 && columns[seen[at] - 1] != column) at = (at + 1) & (SeenSize - 1);
            if (seen[at] == 0)
            {
                columns[count] = column;
                values[count++] = 0;
                seen[at] = (short)count;
            }
            values[seen[at] - 1]++;
        }
        var square = (hashes.Length - known) * _arrays.RarityUnknown * _arrays.RarityUnknown;
        for (var i = 0; i < count; i++)
        {
            values[i] = (1 + MathF.Log(values[i])) * _arrays.Rarities[columns[i]];
            square += values[i] * values[i];
        }
        if (square == 0) return 0;
        var by = share / MathF.Sqrt(square * (1 + _arrays.WordShare * _arrays.WordShare));
        for (var i = 0; i < count; i++) values[i] *= by;
        return count;
    }

    private int Find(uint hash)
    {
        for (var at = (int)hash & _mask; ; at = (at + 1) & _mask)
        {
            var column = _slots[at];
            if (column < 0 || _arrays.Hashes[column] == hash) return column;
        }
    }

    private void Add(int column, float value, Span<float> sums)
    {
        var steps = MemoryMarshal.Cast<sbyte, Vector<sbyte>>(_steps.AsSpan(column * _stride, _stride));
        var to = MemoryMarshal.Cast<float, Vector<float>>(sums);
        var by = new Vector<float>(value);
        for (var i = 0; i < steps.Length; i++)
        {
            Vector.Widen(steps[i], out var lower, out var upper);
            Vector.Widen(lower, out var a, out var b);
            Vector.Widen(upper, out var c, out var d);
            to[4 * i] += Vector.ConvertToSingle(a) * by;
            to[4 * i + 1] += Vector.ConvertToSingle(b) * by;
            to[4 * i + 2] += Vector.ConvertToSingle(c) * by;
            to[4 * i + 3] += Vector.ConvertToSingle(d) * by;
        }
    }
}
