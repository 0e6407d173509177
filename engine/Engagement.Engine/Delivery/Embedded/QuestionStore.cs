using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Engine.Stream.Embedded;

namespace Engagement.Engine.Delivery.Embedded;

/// <summary>Questions that were left, in the storage file alone: they are few and nobody waits for them. Writer's connection.</summary>
internal sealed class QuestionStore(EmbeddedDatabase database)
{
    private const string Columns = "site, id, visitor, asked_at, json, holder, taken_until";

    private readonly SqliteStatement _put = database.Prepare(
        "INSERT INTO question(id, site, visitor, asked_at, expires_at, taken_until, done, json) VALUES(?1, ?2, ?3, ?4, ?5, 0, 0, ?6)");
    private readonly SqliteStatement _find = database.Prepare($"SELECT {Columns}, done FROM question WHERE id = ?1 AND site = ?2");
    private readonly SqliteStatement _of = database.Prepare($"SELECT {Columns} FROM question WHERE site = ?1 AND done = 0 ORDER BY asked_at, id LIMIT ?2");
    private readonly SqliteStatement _count = database.Prepare("SELECT count(*), coalesce(sum(visitor = ?2), 0) FROM question WHERE site = ?1 AND done = 0");
    private readonly SqliteStatement _waiting = database.Prepare("SELECT count(*), min(asked_at) FROM question WHERE site = ?1 AND done = 0");
    private readonly SqliteStatement _take = database.Prepare("UPDATE question SET holder = ?2, taken_until = ?3 WHERE id = ?1");
    private readonly SqliteStatement _finish = database.Prepare("UPDATE question SET done = 1, holder = ?2, json = zeroblob(0) WHERE id = ?1");
    private readonly SqliteStatement _expire = database.Prepare("DELETE FROM question WHERE expires_at <= ?1");
    private readonly SqliteStatement _erase = database.Prepare("DELETE FROM question WHERE site = ?1 AND visitor = ?2");

    public (QuestionOutcome Outcome, bool IsNew) Leave(StoredQuestion question)
    {
        if (Find(question.Site, question.Id) is not null) return (QuestionOutcome.Done, false);
        _count.Bind(1, question.Site).Bind(2, question.Visitor.ToString()).Step();
        var (all, hers) = (_count.Int64(0), _count.Int64(1));
        _count.Reset();
        if (all >= Limits.QuestionsPerSiteMax || hers >= Limits.QuestionsPerVisitorMax) return (QuestionOutcome.TooMany, false);
        _put.Bind(1, question.Id).Bind(2, question.Site).Bind(3, question.Visitor.ToString()).Bind(4, question.AskedAt.UnixMs)
            .Bind(5, (question.AskedAt + Limits.QuestionRetention).UnixMs).Bind(6, question.Json.Span).Run();
        return (QuestionOutcome.Done, true);
    }

    public IReadOnlyList<StoredQuestion> Of(string site, Instant now)
    {
        var questions = new List<StoredQuestion>();
        _of.Bind(1, site).Bind(2, Limits.QuestionsPerSiteMax);
        while (_of.Step()) questions.Add(Read(_of, now));
        return questions;
    }

    public QuestionResult Take(string site, string id, string agent, Instant now)
    {
        if (Find(site, id) is not { Done: false } found) return new(QuestionOutcome.NotFound, null);
        if (found.TakenUntil > now && found.Question.Holder != agent) return new(QuestionOutcome.Taken, found.Question with { Json = default });
        _take.Bind(1, id).Bind(2, agent).Bind(3, (now + Limits.QuestionHoldMax).UnixMs).Run();
        return new(QuestionOutcome.Done, found.Question with { Holder = agent });
    }

    public (QuestionOutcome Outcome, bool IsNew) Finish(string site, string id, string agent)
    {
        if (Find(site, id) is not { } found) return (QuestionOutcome.NotFound, false);
        if (found.Question.Holder != agent) return (found.Question.Holder is null ? QuestionOutcome.NotFound : QuestionOutcome.Taken, false);
        if (!found.Done) _finish.Bind(1, id).Bind(2, agent).Run();
        return (QuestionOutcome.Done, !found.Done);
    }

    /// <summary>How many are not done, and since when the oldest.</summary>
    public (int Count, Instant? OldestAt) Waiting(string site)
    {
        _waiting.Bind(1, site).Step();
        var waiting = ((int)_waiting.Int64(0), _waiting.IsNull(1) ? (Instant?)null : new Instant(_waiting.Int64(1)));
        _waiting.Reset();
        return waiting;
    }

    public void Forget(Instant now) => _expire.Bind(1, now.UnixMs).Run();

    public void Forget(VisitorAt visitor) => _erase.Bind(1, visitor.Site).Bind(2, visitor.Visitor.ToString()).Run();

    private (StoredQuestion Question, Instant TakenUntil, bool Done)? Find(string site, string id)
    {
        (StoredQuestion, Instant, bool)? found = null;
        if (_find.Bind(1, id).Bind(2, site).Step()) found = (Read(_find, Instant.Start), new Instant(_find.Int64(6)), _find.Int64(7) != 0);
        _find.Reset();
        return found;
    }

    private static StoredQuestion Read(SqliteStatement row, Instant now)
    {
        if (!VisitorKey.TryParse(row.Text(2), out var visitor)) throw new InvalidDataException("The storage file holds a question of nobody.");
        return new StoredQuestion(
            row.Text(0), row.Text(1), visitor, new Instant(row.Int64(3)), row.Blob(4).ToArray(), row.IsNull(5) || row.Int64(6) <= now.UnixMs ? null : row.Text(5));
    }
}
