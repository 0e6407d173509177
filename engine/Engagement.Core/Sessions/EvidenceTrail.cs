using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using Engagement.Core.Cards;
using Engagement.Core.Events;

namespace Engagement.Core.Sessions;

/// <summary>
/// What a session remembers for the card: the latest <see cref="Limits.CardEvidenceMax"/> queries, pages and cart lines, as a run of small entries
/// (12 bytes and the text) in one block. Text is cut at <see cref="Limits.EvidenceTextBytesMax"/>; the oldest of a kind gives way. Writing is hot,
/// reading cold.
/// </summary>
internal static class EvidenceTrail
{
    private const byte QueryKind = 16;
    private const byte CartKind = 32;
    private const int HeaderBytes = 12;
    private const int PriceBytes = sizeof(float);

    /// <summary>Room for eight entries of a usual length: most sessions never grow it.</summary>
    private const int BytesFirst = 256;

    /// <summary>A search. Its opened results are counted by <see cref="CountOpened"/>.</summary>
    public static void AddQuery(SessionState session, ReadOnlySpan<byte> text, int resultCount, SearchScope scope, int atMs)
    {
        MakeRoom(session, Group.Query);
        Append(session, new Entry { Kind = (byte)(QueryKind + (byte)scope), AtSeconds = Seconds(atMs), Key = (uint)resultCount }, default, text);
    }

    /// <summary>A result of the latest search was opened.</summary>
    public static void CountOpened(SessionState session)
    {
        var bytes = BytesOf(session);
        var latest = -1;
        for (var at = 0; at < bytes.Length; at = After(bytes, at))
        {
            if (GroupOf(EntryAt(bytes, at).Kind) == Group.Query) latest = at;
        }
        if (latest >= 0) EntryAt(bytes, latest).Times++;
    }

    /// <summary>
    /// A page came up; time until the next counts as its dwell. A product or article on the URL of the page before is that page under its better name.
    /// </summary>
    public static void EnterPage(SessionState session, uint key, PageKind kind, ReadOnlySpan<byte> label, int atMs)
    {
        var isAnother = session.TrailPage != key;
        if (isAnother) LeavePage(session);
        session.TrailPage = key;
        var bytes = BytesOf(session);
        var at = FindPage(bytes, key);
        if (at < 0)
        {
            MakeRoom(session, Group.Page);
            Append(session, new Entry { Key = key, Kind = (byte)kind, AtSeconds = Seconds(atMs), Times = 1 }, default, label);
            return;
        }
        ref var entry = ref EntryAt(bytes, at);
        if (isAnother) entry.Times++;
        entry.AtSeconds = Seconds(atMs);
        if (entry.Kind == (byte)PageKind.Page && kind != PageKind.Page) Rename(session, at, kind, label);
    }

    /// <summary>Settles the dwell of the page she was on.</summary>
    public static void LeavePage(SessionState session)
    {
        if (session.TrailPage == 0) return;
        var bytes = BytesOf(session);
        if (session.TrailPageMs >= 1000 && FindPage(bytes, session.TrailPage) is >= 0 and var at)
        {
            ref var entry = ref EntryAt(bytes, at);
            entry.DwellSeconds = (ushort)Math.Min(ushort.MaxValue, entry.DwellSeconds + session.TrailPageMs / 1000);
        }
        session.TrailPage = 0;
        session.TrailPageMs = 0;
    }

    /// <summary>Pieces put into the cart, or taken out where negative.</summary>
    public static void AddToCart(SessionState session, uint key, ReadOnlySpan<byte> label, int quantity, double price, int atMs)
    {
        var bytes = BytesOf(session);
        for (var at = 0; at < bytes.Length; at = After(bytes, at))
        {
            ref var entry = ref EntryAt(bytes, at);
            if (entry.Kind != CartKind || entry.Key != key) continue;
            var pieces = entry.Times + (long)quantity;
            if (pieces <= 0)
            {
                Remove(session, at);
                return;
            }
            entry.Times = (ushort)Math.Min(ushort.MaxValue, pieces);
            if (!double.IsNaN(price)) MemoryMarshal.Write(bytes[(at + HeaderBytes)..], (float)price);
            return;
        }
        if (quantity <= 0) return;
        MakeRoom(session, Group.Cart);
        Span<byte> priceBytes = stackalloc byte[PriceBytes];
        MemoryMarshal.Write(priceBytes, (float)price);
        var line = new Entry { Key = key, Kind = CartKind, AtSeconds = Seconds(atMs), Times = (ushort)Math.Min(ushort.MaxValue, quantity) };
        Append(session, line, priceBytes, label);
    }

    /// <summary>The cart was bought.</summary>
    public static void EmptyCart(SessionState session)
    {
        for (var at = 0; at < session.TrailBytes;)
        {
            var bytes = BytesOf(session);
            if (EntryAt(bytes, at).Kind == CartKind) Remove(session, at);
            else at = After(bytes, at);
        }
    }

    public static SessionEvidence Read(SessionState session)
    {
        var queries = ImmutableArray.CreateBuilder<QueryEvidence>();
        var pages = ImmutableArray.CreateBuilder<PageEvidence>();
        var cart = ImmutableArray.CreateBuilder<CartEvidence>();
        var bytes = BytesOf(session);
        for (var at = 0; at < bytes.Length; at = After(bytes, at))
        {
            var entry = EntryAt(bytes, at);
            var content = bytes.Slice(at + HeaderBytes, entry.ContentBytes);
            var when = session.StartedAt + TimeSpan.FromSeconds(entry.AtSeconds);
            switch (GroupOf(entry.Kind))
            {
                case Group.Query:
                    queries.Add(new QueryEvidence(Encoding.UTF8.GetString(content), (int)entry.Key, (SearchScope)(entry.Kind - QueryKind), when, entry.Times));
                    break;
                case Group.Cart:
                    cart.Add(new CartEvidence(Encoding.UTF8.GetString(content[PriceBytes..]), entry.Times, MemoryMarshal.Read<float>(content)));
                    break;
                default:
                    var dwell = entry.DwellSeconds + (entry.Key == session.TrailPage ? session.TrailPageMs / 1000 : 0);
                    pages.Add(new PageEvidence(Encoding.UTF8.GetString(content), (PageKind)entry.Kind, when, entry.Times, dwell));
                    break;
            }
        }
        // A page visited again keeps its place in the block and moves in time; the sort is stable.
        return new SessionEvidence(queries.ToImmutable(), [.. pages.OrderBy(p => p.At)], cart.ToImmutable(), session.Language);
    }

    private static void Append(SessionState session, Entry entry, ReadOnlySpan<byte> before, ReadOnlySpan<byte> text)
    {
        text = Cut(text);
        entry.ContentBytes = (byte)(before.Length + text.Length);
        int start = session.TrailBytes, end = start + HeaderBytes + entry.ContentBytes;
        session.Arena.Reserve(ref session.Trail, start, end, BytesFirst);
        session.TrailBytes = (ushort)end;
        var bytes = BytesOf(session)[start..];
        MemoryMarshal.Write(bytes, entry);
        before.CopyTo(bytes[HeaderBytes..]);
        text.CopyTo(bytes[(HeaderBytes + before.Length)..]);
    }

    private static void Rename(SessionState session, int at, PageKind kind, ReadOnlySpan<byte> label)
    {
        var entry = EntryAt(BytesOf(session), at) with { Kind = (byte)kind };
        Remove(session, at);
        Append(session, entry, default, label);
    }

    private static void Remove(SessionState session, int at)
    {
        var bytes = BytesOf(session);
        var next = After(bytes, at);
        bytes[next..].CopyTo(bytes[at..]);
        session.TrailBytes -= (ushort)(next - at);
    }

    /// <summary>At the limit of a kind the one longest ago goes.</summary>
    private static void MakeRoom(SessionState session, Group group)
    {
        int count = 0, oldest = -1, oldestAt = int.MaxValue;
        var bytes = BytesOf(session);
        for (var at = 0; at < bytes.Length; at = After(bytes, at))
        {
            ref var entry = ref EntryAt(bytes, at);
            if (GroupOf(entry.Kind) != group) continue;
            count++;
            if (entry.AtSeconds >= oldestAt) continue;
            (oldest, oldestAt) = (at, entry.AtSeconds);
        }
        if (count >= Limits.CardEvidenceMax) Remove(session, oldest);
    }

    private static int FindPage(Span<byte> bytes, uint key)
    {
        for (var at = 0; at < bytes.Length; at = After(bytes, at))
        {
            ref var entry = ref EntryAt(bytes, at);
            if (entry.Key == key && GroupOf(entry.Kind) == Group.Page) return at;
        }
        return -1;
    }

    private static Span<byte> BytesOf(SessionState session) => session.Arena.Bytes(session.Trail, session.TrailBytes);

    private static ref Entry EntryAt(Span<byte> bytes, int at) => ref MemoryMarshal.AsRef<Entry>(bytes.Slice(at, HeaderBytes));

    private static int After(Span<byte> bytes, int at) => at + HeaderBytes + EntryAt(bytes, at).ContentBytes;

    private static Group GroupOf(byte kind) => kind >= CartKind ? Group.Cart : kind >= QueryKind ? Group.Query : Group.Page;

    private static ushort Seconds(int ms) => (ushort)Math.Clamp(ms / 1000, 0, ushort.MaxValue);

    /// <summary>Cuts at a character's edge: never within a UTF-8 sequence.</summary>
    private static ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> text)
    {
        if (text.Length <= Limits.EvidenceTextBytesMax) return text;
        var end = Limits.EvidenceTextBytesMax;
        while (end > 0 && (text[end] & 0xC0) == 0x80) end--;
        return text[..end];
    }

    private enum Group : byte { Page, Query, Cart }

    /// <summary>What follows is the text; in a cart line the price before it.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 1, Size = HeaderBytes)]
    private struct Entry
    {
        /// <summary>Hash of the page's URL or the item's id; of a query, the results shown.</summary>
        public uint Key;

        /// <summary>Seconds since the session began.</summary>
        public ushort AtSeconds;
        public ushort DwellSeconds;

        /// <summary>Visits, results opened, or pieces.</summary>
        public ushort Times;

        /// <summary>A page's kind; <see cref="QueryKind"/> and the scope; or <see cref="CartKind"/>.</summary>
        public byte Kind;
        public byte ContentBytes;
    }
}
