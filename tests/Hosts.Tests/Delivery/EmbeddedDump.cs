using System.Text;
using Microsoft.Data.Sqlite;

namespace Hosts.Tests.Delivery;

/// <summary>What stands in a storage file, read beside whoever has it open.</summary>
internal static class EmbeddedDump
{
    /// <summary>Every column of every row as text, the log's chunks left out unless asked for.</summary>
    public static string Of(string path, bool withLog = false)
    {
        using var connection = new SqliteConnection($"Data Source={path};Mode=ReadOnly;Pooling=False");
        connection.Open();
        var dump = new StringBuilder();
        foreach (var table in Read(connection, "SELECT name FROM sqlite_master WHERE type = 'table'").Select(r => r[0]))
        {
            if (table == "chunk" && !withLog) continue;
            foreach (var row in Read(connection, $"SELECT * FROM \"{table}\"")) dump.Append(table).Append('|').AppendJoin('|', row).Append('\n');
        }
        return dump.ToString();
    }

    private static List<string[]> Read(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string[]>();
        while (reader.Read())
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.GetValue(i) is byte[] bytes ? Encoding.Latin1.GetString(bytes) : reader.GetValue(i).ToString() ?? "")]);
        }
        return rows;
    }
}
