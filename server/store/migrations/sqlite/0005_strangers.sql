-- Of a pasted list of e-mails: those of nobody in the directory, for the preview and the report.
CREATE TABLE operation_strangers (
    organization_id INTEGER NOT NULL,
    operation_id INTEGER NOT NULL,
    reason TEXT NOT NULL,
    -- One a line.
    emails TEXT NOT NULL,
    PRIMARY KEY (organization_id, operation_id, reason),
    CONSTRAINT operation_strangers_operation FOREIGN KEY (organization_id, operation_id)
        REFERENCES operations (organization_id, id)
) STRICT, WITHOUT ROWID;
