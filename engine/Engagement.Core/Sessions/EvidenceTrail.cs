using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Engagement.Core.Cards;
using Engagement.Core.Events;

namespace Engagement.Core.Sessions;

/// <summary>
/// What a session remembers for the card: the latest <see cref="Limits.CardEvidenceMax"/> queries, pages and cart lines, as a run of small entries
/// (16 bytes and the text) in one block. Text is cut at <see cref="Limits.EvidenceTextBytesMax"/>; the oldest of a kind gives way. Writing is hot,
/// reading cold.
/// </summary>
internal static class EvidenceTrail
{
    private const byte QueryKind = 16;
    private const byte CartKind = 32;
    private const int HeaderBytes = 16;

    /// <summary>A search. Its opened results are counted by <see cref="CountOpened"/>.</summary>
    public static void AddQuery(SessionState session, ReadOnlySpan<byte> text, int resultCount, SearchScope scope, int atMs)
    {
        MakeRoom(session, Group.Query);
        Append(session, text, new Entry { Kind = (byte)(QueryKind + (byte)scope), AtSeconds = Seconds(atMs), Number = resultCount });
    }

    /// <summary>A result of the latest search was opened.</summary>
    public static void CountOpened(SessionState session)
    {
        var latest = -1;
        for (var at = 0; at < session.TrailBytes; at = After(session, at))
        {
            if (GroupOf(EntryAt(session, at).Kind) == Group.Query) latest = at;
        }
        if (latest >= 0) EntryAt(session, latest).Times++;
    }

    /// <summary>
    /// A page came up; time until the next counts as its dwell. A product or article on the URL of the page before is that page under its better name.
    /// </summary>
    public static void EnterPage(SessionState session, uint key, PageKind kind, ReadOnlySpan<byte> label, int atMs)
    {
        if (session.TrailPage != key) LeavePage(session);
        var at = FindPage(session, key);
        if (at >= 0)
        {
            ref var entry = ref EntryAt(session, at);
            if (session.TrailPage != key) entry.Times++;
            entry.AtSeconds = Seconds(atMs);
            var renamed = entry.Kind == (byte)PageKind.Page && kind != PageKind.Page;
            if (renamed) Rename(session, at, kind, label);
        }
        else
        {
            MakeRoom(session, Group.Page);
            Append(session, label, new Entry { Key = key, Kind = (byte)kind, AtSeconds = Seconds(atMs), Times = 1 });
        }
        session.TrailPage = key;
    }

    /// <summary>Settles the dwell of the page she was on.</summary>
    public static void LeavePage(SessionState session)
    {
        if (session.TrailPage != 0 && FindPage(session, session.TrailPage) is >= 0 and var at)
        {
            ref var entry = ref EntryAt(session, at);
            entry.DwellSeconds = (ushort)Math.Min(ushort.MaxValue, entry.DwellSeconds + session.TrailPageMs / 1000);
        }
        session.TrailPage = 0;
        session.TrailPageMs = 0;
    }

    /// <summary>Pieces put into the cart, or taken out where negative.</summary>
    public static void AddToCart(SessionState session, uint key, ReadOnlySpan<byte> label, int quantity, double price, int atMs)
    {
        for (var at = 0; at < session.TrailBytes; at = After(session, at))
        {
            ref var entry = ref EntryAt(session, at);
            if (entry.Kind != CartKind || entry.Key != key) continue;
            var pieces = entry.Times + quantity;
            if (pieces <= 0)
            {
                Remove(session, at);
                return;
            }
            entry.Times = (ushort)Math.Min(ushort.MaxValue, pieces);
            if (!double.IsNaN(price)) entry.Number = BitConverter.SingleToInt32Bits((float)price);
            return;
        }
        if (quantity <= 0) return;
        MakeRoom(session, Group.Cart);
        Append(session, label, new Entry
        {
            Key = key, Kind = CartKind, AtSeconds = Seconds(atMs), Times = (ushort)Math.Min(ushort.MaxValue, quantity), Number = BitConverter.SingleToInt32Bits((float)price),
        });
    }

    /// <summary>The cart was bought.</summary>
    public static void EmptyCart(SessionState session)
    {
        for (var at = 0; at < session.TrailBytes;)
        {
            if (EntryAt(session, at).Kind == CartKind) Remove(session, at);
            else at = After(session, at);
        }
    }

    public static SessionEvidence Read(SessionState session)
    {
        var queries = ImmutableArray.CreateBuilder<QueryEvidence>();
        var pages = ImmutableArray.CreateBuilder<PageEvidence>();
        var cart = ImmutableArray.CreateBuilder<CartEvidence>();
        for (var at = 0; at < session.TrailBytes; at = After(session, at))
        {
            var entry = EntryAt(session, at);
            var text = Encoding.UTF8.GetString(TextAt(session, at));
            var when = session.StartedAt + TimeSpan.FromSeconds(entry.AtSeconds);
            var dwell = entry.DwellSeconds + (entry.Key == session.TrailPage ? session.TrailPageMs / 1000 : 0);
            switch (GroupOf(entry.Kind))
            {
                case Group.Query:
                    queries.Add(new QueryEvidence(text, entry.Number, (SearchScope)(entry.Kind - QueryKind), when, entry.Times));
                    break;
                case Group.Cart:
                    cart.Add(new CartEvidence(text, entry.Times, BitConverter.Int32BitsToSingle(entry.Number)));
                    break;
                default:
                    pages.Add(new PageEvidence(text, (PageKind)entry.Kind, when, entry.Times, dwell));
                    break;
            }
        }
        // A page visited again keeps its place in the block and moves in time; the sort is stable.
        var byTime = pages.OrderBy(p => p.At).ToImmutableArray();
        return new SessionEvidence(queries.ToImmutable(), byTime, cart.ToImmutable(), session.Language);
    }

    private static void Append(SessionState session, ReadOnlySpan<byte> text, Entry entry)
    {
        text = Cut(text);
        entry.TextBytes = (byte)text.Length;
        var start = session.TrailBytes;
        session.Arena.Reserve(ref session.Trail, start, start + HeaderBytes + text.Length);
        session.TrailBytes += (ushort)(HeaderBytes + text.Length);
        var bytes = session.Arena.Bytes(session.Trail, session.TrailBytes)[start..];
        MemoryMarshal.Write(bytes, entry);
        text.CopyTo(bytes[HeaderBytes..]);
    }

    private static void Rename(SessionState session, int at, PageKind kind, ReadOnlySpan<byte> label)
    {
        var entry = EntryAt(session, at) with { Kind = (byte)kind };
        Remove(session, at);
        Append(session, label, entry);
    }

    private static void Remove(SessionState session, int at)
    {
        var next = After(session, at);
        var bytes = session.Arena.Bytes(session.Trail, session.TrailBytes);
        bytes[next..].CopyTo(bytes[at..]);
        session.TrailBytes -= (ushort)(next - at);
    }

    /// <summary>At the limit of a kind the one longest ago goes.</summary>
    private static void MakeRoom(SessionState session, Group group)
    {
        int count = 0, oldest = -1;
        var oldestAt = int.MaxValue;
        for (var at = 0; at < session.TrailBytes; at = After(session, at))
        {
            ref var entry = ref EntryAt(session, at);
            if (GroupOf(entry.Kind) != group) continue;
            count++;
            if (entry.AtSeconds >= oldestAt) continue;
            (oldest, oldestAt) = (at, entry.AtSeconds);
        }
        if (count >= Limits.CardEvidenceMax) Remove(session, oldest);
    }

    private static int FindPage(SessionState session, uint key)
    {
        for (var at = 0; at < session.TrailBytes; at = After(session, at))
        {
            ref var entry = ref EntryAt(session, at);
            if (entry.Key == key && GroupOf(entry.Kind) == Group.Page) return at;
        }
        return -1;
    }

    private static ref Entry EntryAt(SessionState session, int at) =>
        ref MemoryMarshal.AsRef<Entry>(session.Arena.Bytes(session.Trail, session.TrailBytes)[at..]);

    private static ReadOnlySpan<byte> TextAt(SessionState session, int at) =>
        session.Arena.Bytes(session.Trail, session.TrailBytes).Slice(at + HeaderBytes, EntryAt(session, at).TextBytes);

    private static int After(SessionState session, int at) => at + HeaderBytes + EntryAt(session, at).TextBytes;

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

    [StructLayout(LayoutKind.Sequential, Pack = 1, Size = HeaderBytes)]
    private struct Entry
    {
        /// <summary>Hash of the page's URL or the item's id.</summary>
        public uint Key;

        /// <summary>Results shown, or the bits of a price.</summary>
        public int Number;

        /// <summary>Seconds since the session began.</summary>
        public ushort AtSeconds;
        public ushort DwellSeconds;

        /// <summary>Visits, results opened, or pieces.</summary>
        public ushort Times;

        /// <summary>A page's kind; <see cref="QueryKind"/> and the scope; or <see cref="CartKind"/>.</summary>
        public byte Kind;
        public byte TextBytes;
    }
}
