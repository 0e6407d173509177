using System.Globalization;
using Engagement.Core;
using Engagement.Core.Decisions;
using Engagement.Engine.Stream.Embedded;

namespace Engagement.Engine.Delivery.Embedded;

/// <summary>Offers in the storage file; the JSON apart from the rest, so that a change of status writes a short row. Writer's connection.</summary>
internal sealed class OfferRowStore(EmbeddedDatabase database)
{
    private readonly SqliteStatement _put = database.Prepare("""
        INSERT OR REPLACE INTO offer(id, site, visitor, agent, holder, status, reserved_at, expires_at, held_until, written_at, log_clock,
            course, language, skill, wrap_up)
        VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
        """);
    private readonly SqliteStatement _putContent = database.Prepare(
        "INSERT OR REPLACE INTO offer_content(id, invitation, reserved_card, full_card) VALUES(?1, ?2, ?3, ?4)");
    private readonly SqliteStatement _delete = database.Prepare("DELETE FROM offer WHERE id = ?1");
    private readonly SqliteStatement _deleteContent = database.Prepare("DELETE FROM offer_content WHERE id = ?1");

    private readonly ConversationRowStore _conversations = new(database);

    public IEnumerable<OfferRow> Load()
    {
        var conversations = _conversations.Load();
        using var read = new SqliteStatement(database.Handle, """
            SELECT o.id, site, visitor, agent, holder, status, reserved_at, expires_at, held_until, written_at, log_clock,
                   invitation, reserved_card, full_card, course, language, skill, wrap_up
            FROM offer o LEFT JOIN offer_content c ON c.id = o.id ORDER BY reserved_at
            """);
        while (read.Step()) yield return Read(read) with { Log = conversations.GetValueOrDefault(read.Text(0), ConversationLog.Empty) };
    }

    public void Write(OfferChange change)
    {
        var id = (change.After ?? change.Before)!.Id.ToString();
        _conversations.Write(id, change.Before?.Log ?? ConversationLog.Empty, change.After?.Log ?? ConversationLog.Empty);
        if (change.After is not { } row)
        {
            _delete.Bind(1, id).Run();
            _deleteContent.Bind(1, id).Run();
            return;
        }
        _put.Bind(1, id).Bind(2, row.Site).Bind(3, row.Visitor.ToString()).Bind(4, row.Agent).Bind(5, row.Holder).Bind(6, (long)row.Status)
            .Bind(7, row.ReservedAt.UnixMs).Bind(8, row.ExpiresAt.UnixMs).Bind(9, row.HeldUntil.UnixMs).Bind(10, row.WrittenAt.UnixMs)
            .Bind(11, row.LogClock ? 1 : 0).Bind(12, (long)row.Course).Bind(13, row.Language).Bind(14, row.Skill).Bind(15, row.WrapUp?.ToString()).Run();
        if (!ReferenceEquals(row.Content, change.Before?.Content ?? OfferContent.None))
            _putContent.Bind(1, id).Bind(2, row.Content.Invitation.Span).Bind(3, row.Content.ReservedCard.Span).Bind(4, row.Content.FullCard.Span).Run();
    }

    private static OfferRow Read(SqliteStatement row)
    {
        if (!OfferId.TryParse(row.Text(0), out var id) || !VisitorKey.TryParse(row.Text(2), out var visitor))
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"The storage file holds an offer that is none: {row.Text(0)}."));
        return new OfferRow
        {
            Id = id,
            Site = row.Text(1),
            Visitor = visitor,
            Agent = row.Text(3),
            Holder = row.IsNull(4) ? null : row.Text(4),
            Status = (OfferStatus)row.Int64(5),
            ReservedAt = new Instant(row.Int64(6)),
            ExpiresAt = new Instant(row.Int64(7)),
            HeldUntil = new Instant(row.Int64(8)),
            WrittenAt = new Instant(row.Int64(9)),
            LogClock = row.Int64(10) != 0,
            Content = row.IsNull(11)
                ? OfferContent.None
                : new OfferContent(row.Blob(11).ToArray(), row.Blob(12).ToArray(), row.Blob(13).ToArray()),
            Course = (OfferCourse)row.Int64(14),
            Language = TextOrNull(row, 15),
            Skill = TextOrNull(row, 16),
            WrapUp = StoredWrapUp.Parse(TextOrNull(row, 17)),
        };
    }

    private static string? TextOrNull(SqliteStatement row, int column) => row.IsNull(column) ? null : row.Text(column);
}
