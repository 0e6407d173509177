using System.Buffers;

namespace Engagement.Collector;

/// <summary>
/// Divides a body into events by its structure alone (brackets, quotes, line feeds), so that one event that is not JSON, or too deep, spoils only
/// itself. Pure; hot.
/// </summary>
internal static class EventSplitter
{
    private static readonly SearchValues<byte> s_structure = SearchValues.Create("\"[]{},"u8);

    /// <summary>
    /// Adds where each event stands. False when no boundaries can be found: an array that does not end, or something after its end. Stops after
    /// <paramref name="eventsMax"/> + 1.
    /// </summary>
    public static bool TrySplit(ReadOnlySpan<byte> body, BodyKind kind, int eventsMax, List<Range> events)
    {
        var start = body.StartsWith("\uFEFF"u8) ? 3 : 0; // a byte order mark, as some tools put before a file
        var space = body[start..].IndexOfAnyExcept(" \t\r\n"u8);
        if (space < 0) return false;
        start += space;
        if (body[start] == '[') return TrySplitArray(body, start + 1, eventsMax, events);
        if (kind == BodyKind.Json || (kind == BodyKind.Text && IsOneValue(body[start..])))
        {
            events.Add(start..body.Length);
            return true;
        }
        SplitLines(body, start, eventsMax, events);
        return true;
    }

    private static bool TrySplitArray(ReadOnlySpan<byte> body, int at, int eventsMax, List<Range> events)
    {
        while (events.Count <= eventsMax)
        {
            var end = EndOfElement(body, at);
            if (end < 0) return false;
            var isLast = body[end] == ']';
            var isEmpty = body[at..end].IndexOfAnyExcept(" \t\r\n"u8) < 0;
            if (!(isLast && isEmpty && events.Count == 0)) events.Add(at..end);
            at = end + 1;
            if (isLast) return body[at..].IndexOfAnyExcept(" \t\r\n"u8) < 0;
        }
        return true;
    }

    /// <summary>Place of the comma or bracket that ends the element; -1 when there is none.</summary>
    private static int EndOfElement(ReadOnlySpan<byte> body, int at)
    {
        for (var depth = 0; at < body.Length; at++)
        {
            var next = body[at..].IndexOfAny(s_structure);
            if (next < 0) return -1;
            at += next;
            switch (body[at])
            {
                case (byte)'"':
                    at = EndOfText(body, at + 1);
                    if (at < 0) return -1;
                    break;
                case (byte)'[' or (byte)'{':
                    depth++;
                    break;
                case (byte)',':
                    if (depth == 0) return at;
                    break;
                default:
                    if (depth == 0) return body[at] == ']' ? at : -1;
                    depth--;
                    break;
            }
        }
        return -1;
    }

    private static int EndOfText(ReadOnlySpan<byte> body, int at)
    {
        while (at < body.Length)
        {
            var next = body[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (next < 0) return -1;
            at += next;
            if (body[at] == '"') return at;
            at += 2;
        }
        return -1;
    }

    /// <summary>Whether the body is one object over however many lines, rather than one a line.</summary>
    private static bool IsOneValue(ReadOnlySpan<byte> body)
    {
        if (body[0] != '{') return false;
        for (var (at, depth) = (0, 0); at < body.Length; at++)
        {
            var next = body[at..].IndexOfAny(s_structure);
            if (next < 0) return false;
            at += next;
            if (body[at] == '"') at = EndOfText(body, at + 1);
            else if (body[at] is (byte)'{' or (byte)'[') depth++;
            else if (body[at] is (byte)'}' or (byte)']') depth--;
            if (at < 0) return false;
            if (depth == 0) return body[(at + 1)..].IndexOfAnyExcept(" \t\r\n"u8) < 0;
        }
        return false;
    }

    private static void SplitLines(ReadOnlySpan<byte> body, int at, int eventsMax, List<Range> events)
    {
        while (at < body.Length && events.Count <= eventsMax)
        {
            var length = body[at..].IndexOf((byte)'\n');
            var end = length < 0 ? body.Length : at + length;
            if (body[at..end].IndexOfAnyExcept(" \t\r"u8) >= 0) events.Add(at..end);
            at = end + 1;
        }
    }
}
