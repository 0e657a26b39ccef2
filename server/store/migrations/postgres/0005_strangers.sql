-- Of a pasted list of e-mails: those of nobody in the directory, for the preview and the report.
CREATE TABLE operation_strangers (
    organization_id BIGINT NOT NULL,
    operation_id BIGINT NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    -- One a line.
    emails TEXT COLLATE "C" NOT NULL,
    CONSTRAINT operation_strangers_key PRIMARY KEY (organization_id, operation_id, reason),
    CONSTRAINT operation_strangers_operation FOREIGN KEY (organization_id, operation_id)
        REFERENCES operations (organization_id, id)
);
