"""Rules as data: evidence and promises decide who pays, legal bases, changes by four eyes.

Revision: 20261123_15, after 20261123_14
"""

from alembic import op

revision = "20261123_15"
down_revision = "20261123_14"
branch_labels = None
depends_on = None

# The rules that stood keep their ids, order and citation; evidence and promises come before them.
RULES = """
ALTER TABLE phusong.queue_rule ADD COLUMN served boolean, ADD COLUMN promised boolean;
UPDATE phusong.queue_rule SET position = position * 10;
INSERT INTO phusong.queue_rule (id, position, served, promised, queue, citation, valid_from) VALUES
    (4, 1, true, NULL, 'covered', 'Thôn đã có sóng băng rộng di động theo căn cứ thì không thuộc vùng lõm (thống kê quốc gia đếm thôn chưa có sóng băng rộng di động)', '2021-12-31'),
    (5, 2, NULL, true, 'operator', 'Doanh nghiệp cam kết tự đầu tư trong đợt tham vấn: không hỗ trợ trùng (Nghị định 295/2025/NĐ-CP)', '2021-12-31');

CREATE TABLE phusong.legal_basis (
    id integer NOT NULL,
    document text NOT NULL,
    title text NOT NULL,
    issued_on date,
    valid_from date NOT NULL,
    valid_to date,
    source text NOT NULL,
    note text NOT NULL DEFAULT '',
    CONSTRAINT legal_basis_pkey PRIMARY KEY (id));
INSERT INTO phusong.legal_basis (id, document, title, issued_on, valid_from, valid_to, source, note) VALUES
    (1, 'Luật 24/2023/QH15', 'Luật Viễn thông', '2023-11-24', '2024-07-01', NULL, 'Công báo', 'Điều 32: viễn thông công ích'),
    (2, 'Luật 22/2023/QH15', 'Luật Đấu thầu', '2023-06-23', '2024-01-01', NULL, 'Công báo', 'Đã sửa đổi bởi Luật 57/2024/QH15 và Luật 90/2025/QH15'),
    (3, 'Nghị định 295/2025/NĐ-CP', 'Quy định về viễn thông công ích', '2025-11-15', '2025-11-15', NULL, 'Các nguồn báo ghi ngày ban hành khác nhau: 15/11/2025 và 17/11/2025', 'Hỗ trợ qua đấu thầu, đặt hàng hoặc giao nhiệm vụ; không hỗ trợ trùng'),
    (4, 'Thông tư 01/2026/TT-BKHCN', 'Hướng dẫn Nghị định 295/2025/NĐ-CP về viễn thông công ích', NULL, '2026-01-01', NULL, 'Chưa đọc được toàn văn; ngày hiệu lực cần kiểm tra', ''),
    (5, 'Nghị định 214/2025/NĐ-CP', 'Quy định chi tiết Luật Đấu thầu về lựa chọn nhà thầu', NULL, '2025-08-04', NULL, 'Được Thông tư 134/2026/TT-BTC viện dẫn là văn bản đang hiệu lực', 'Thay Nghị định 24/2024/NĐ-CP'),
    (6, 'Công văn 1603/BTTTT-CVT', 'Hướng dẫn tiêu chí xác định khu vực lõm sóng', '2024-04-25', '2024-04-25', NULL, 'Được Kế hoạch 467/KH-UBND của Lào Cai viện dẫn', 'Chưa đọc được ngưỡng kỹ thuật'),
    (7, 'Nghị định 272/2025/NĐ-CP', 'Phân định vùng đồng bào dân tộc thiểu số và miền núi giai đoạn 2026–2030', NULL, '2026-01-01', NULL, 'Thư viện pháp luật; ngày hiệu lực cần kiểm tra', 'Tiêu chí thôn đặc biệt khó khăn');

-- What a planner proposes to change, with what it would do to today's zones; another adopts it.
CREATE TABLE phusong.rule_change (
    id bigint GENERATED ALWAYS AS IDENTITY,
    kind text NOT NULL,
    content jsonb NOT NULL,
    reason text NOT NULL,
    preview jsonb NOT NULL,
    proposed_by text NOT NULL,
    proposed_at timestamptz NOT NULL DEFAULT now(),
    status text NOT NULL DEFAULT 'proposed',
    decided_by text,
    decided_at timestamptz,
    decision_reason text NOT NULL DEFAULT '',
    CONSTRAINT rule_change_pkey PRIMARY KEY (id),
    CONSTRAINT rule_change_kind_check CHECK (kind IN ('criteria_set', 'queue_rule', 'setting', 'legal_basis')),
    CONSTRAINT rule_change_reason_check CHECK (reason <> ''),
    CONSTRAINT rule_change_status_check CHECK (status IN ('proposed', 'adopted', 'rejected', 'withdrawn')),
    CONSTRAINT rule_change_decided_check CHECK ((status = 'proposed') = (decided_at IS NULL)
        AND (status = 'proposed') = (decided_by IS NULL)));

INSERT INTO phusong.setting (name, valid_from, value, citation) VALUES
    ('rules_four_eyes', '2021-12-31', 'true', 'Mặc định của chương trình: người đề xuất không tự thông qua thay đổi của mình'),
    ('score_weights', '2021-12-31', '{"households": 0.30, "population": 0.10, "specially_difficult": 0.20, "border_or_island": 0.10, "school_or_health_post": 0.10, "cost_per_household": 0.10, "waiting": 0.10}',
     'Mặc định của chương trình, chưa chính thức: trọng số chấm điểm ưu tiên'),
    ('on_air_months', '2021-12-31', '24', 'Mặc định của chương trình: thời hạn phát sóng kể từ ngày giao, theo thông lệ của Pháp');
"""

KIND = "(SELECT phusong.acting_kind())"
WALLS = f"""
ALTER TABLE phusong.legal_basis ENABLE ROW LEVEL SECURITY;
CREATE POLICY everyone_reads ON phusong.legal_basis FOR SELECT TO phusong_app USING ({KIND} IS NOT NULL);
CREATE POLICY authority_writes ON phusong.legal_basis FOR ALL TO phusong_app
    USING ({KIND} = 'authority') WITH CHECK ({KIND} = 'authority');
ALTER TABLE phusong.rule_change ENABLE ROW LEVEL SECURITY;
CREATE POLICY oversight_reads ON phusong.rule_change FOR SELECT TO phusong_app
    USING ({KIND} IN ('authority', 'auditor'));
CREATE POLICY authority_proposes ON phusong.rule_change FOR ALL TO phusong_app
    USING ({KIND} = 'authority') WITH CHECK ({KIND} = 'authority');
GRANT SELECT, INSERT, UPDATE ON phusong.legal_basis TO phusong_app;
GRANT SELECT, INSERT ON phusong.rule_change TO phusong_app;
GRANT UPDATE (status, decided_by, decided_at, decision_reason) ON phusong.rule_change TO phusong_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA phusong TO phusong_app;
"""


def upgrade() -> None:
    op.execute(RULES)
    op.execute(WALLS)


def downgrade() -> None:
    raise NotImplementedError("rules that decided are not forgotten; restore a back-up instead")
